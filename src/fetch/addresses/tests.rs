//! What is reached and what is not, by rule, by spelling, by name, and against the registries.

use proptest::prelude::*;
use proptest::sample;

use super::*;

fn judge(address: &str) -> bool {
    is_global(address.parse().unwrap())
}

#[test]
fn addresses_of_the_public_internet_are_global() {
    for address in [
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "169.253.255.255",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "192.88.98.255",
        "192.167.255.255",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "::ffff:8.8.8.8",
        "64:ff9b::8.8.8.8",
        "2001:200::1",
        "2606:4700::1111",
        "2a00:1450:4001::200e",
        "3fff:1000::1",
    ] {
        assert!(judge(address), "{address} is public");
    }
}

#[test]
fn every_closed_block_is_refused_from_its_first_to_its_last_address() {
    for (block, length) in CLOSED_V4 {
        let first = u32::from(block);
        let last = first | (u32::MAX >> length);
        for address in [first, first + 1, last] {
            let v4 = Ipv4Addr::from(address);
            assert!(!is_global(v4.into()), "{v4}");
            assert!(!is_global(v4.to_ipv6_mapped().into()), "::ffff:{v4}");
            let [a, b, c, d] = v4.octets().map(u16::from);
            let nat64 = Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, a << 8 | b, c << 8 | d);
            assert!(!is_global(nat64.into()), "{nat64}");
        }
    }
}

#[test]
fn ipv6_that_is_local_reserved_or_carries_ipv4_is_refused() {
    for address in [
        "::",
        "::1",
        "::8.8.8.8",
        "64:ff9b:1::808:808",
        "100::1",
        "100:0:0:1::1",
        "2001::1",
        "2001:db8::1",
        "2002:808:808::1",
        "3fff::1",
        "3fff:fff:ffff::1",
        "4000::1",
        "5f00::1",
        "fc00::1",
        "fdff::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ] {
        assert!(!judge(address), "{address} is not public");
    }
}

#[test]
fn every_spelling_of_a_literal_is_one_address() {
    for spelling in [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://127.0.0.1./",
        "http://%31%32%37.0.0.1/",
        "http://１２７.0.0.1/",
        "http://[::ffff:127.0.0.1]/",
    ] {
        let address = literal(&Url::parse(spelling).unwrap()).expect(spelling);
        assert_eq!(
            address.to_canonical(),
            IpAddr::V4(Ipv4Addr::LOCALHOST),
            "{spelling}"
        );
    }
}

#[test]
fn an_opened_network_is_in_reach_in_mapped_spelling_too_and_no_other_is() {
    let reach = Reach::with(&["192.168.1.10/32".parse().unwrap()], Names::default());
    assert!(reach.permits("192.168.1.10".parse().unwrap()));
    assert!(reach.permits("::ffff:192.168.1.10".parse().unwrap()));
    assert!(!reach.permits("192.168.1.11".parse().unwrap()));
    assert!(reach.permits("8.8.8.8".parse().unwrap()));
    assert!(!Reach::default().permits("192.168.1.10".parse().unwrap()));
}

#[tokio::test]
async fn a_host_is_local_only_if_its_address_was_opened() {
    let reach = Reach::with(&["127.0.0.0/8".parse().unwrap()], Names::default());
    for (url, local) in [
        ("http://127.0.0.1:8000/f", true),
        ("http://localhost/f", true),
        ("http://10.0.0.1/f", false),
        ("http://8.8.8.8/f", false),
    ] {
        assert_eq!(
            reach.opens_host_of(&Url::parse(url).unwrap()).await,
            local,
            "{url}"
        );
    }
    assert!(
        !Reach::default()
            .opens_host_of(&Url::parse("http://localhost/").unwrap())
            .await
    );
}

#[tokio::test]
async fn the_resolver_keeps_back_what_is_out_of_reach() {
    let refused = Resolver::new(Reach::default(), None).resolve("localhost".parse().unwrap());
    assert!(refused.await.err().unwrap().is::<Refused>());
    let reach = Reach::with(&["127.0.0.0/8".parse().unwrap()], Names::default());
    let found = Resolver::new(reach, None)
        .resolve("localhost".parse().unwrap())
        .await;
    assert!(
        found
            .unwrap()
            .all(|address| address.ip() == Ipv4Addr::LOCALHOST)
    );
}

#[tokio::test]
async fn given_answers_come_in_their_order_for_look_ups_of_either_kind_and_the_last_one_stays() {
    let ip = |text: &str| text.parse::<IpAddr>().unwrap();
    let given = [(
        "feed.example".to_owned(),
        vec![vec![ip("10.0.0.1"), ip("8.8.8.8")], vec![ip("10.0.0.2")]],
    )];
    let names = Names::new(&given.into());
    let reach = Reach::with(&["10.0.0.1/32".parse().unwrap()], names);
    let url = Url::parse("http://Feed.example./").unwrap();
    assert!(reach.opens_host_of(&url).await, "the first answer");
    assert!(!reach.opens_host_of(&url).await, "the second");
    let found = Resolver::new(reach, None).resolve("feed.example".parse().unwrap());
    let refused = found.await.err().unwrap().downcast::<Refused>().unwrap();
    assert_eq!(refused.address, ip("10.0.0.2"));
}

/// What the special-purpose registries of IANA call globally reachable, written as they write it
/// (<https://www.iana.org/assignments/iana-ipv4-special-registry>, `…ipv6-special-registry`,
/// `…ipv6-address-space`); of blocks inside each other the smallest counts.
const REGISTRIES: &str = "
    0.0.0.0/0          yes  ordinary
    0.0.0.0/8          no   this network
    10.0.0.0/8         no   private use
    100.64.0.0/10      no   shared address space
    127.0.0.0/8        no   loopback
    169.254.0.0/16     no   link local
    172.16.0.0/12      no   private use
    192.0.0.0/24       no   IETF protocol assignments
    192.0.0.9/32       yes  port control protocol anycast
    192.0.0.10/32      yes  TURN anycast
    192.0.2.0/24       no   TEST-NET-1
    192.31.196.0/24    yes  AS112-v4
    192.52.193.0/24    yes  AMT
    192.88.99.0/24     no   deprecated 6to4 relay anycast: the registry says neither
    192.168.0.0/16     no   private use
    192.175.48.0/24    yes  direct delegation AS112
    198.18.0.0/15      no   benchmarking
    198.51.100.0/24    no   TEST-NET-2
    203.0.113.0/24     no   TEST-NET-3
    224.0.0.0/4        no   multicast
    240.0.0.0/4        no   reserved
    255.255.255.255/32 no   limited broadcast
    ::/0               no   of IPv6, one eighth was given out
    2000::/3           yes  global unicast
    ::/128             no   unspecified
    ::1/128            no   loopback
    ::ffff:0:0/96      v4   IPv4-mapped
    64:ff9b::/96       v4   IPv4-IPv6 translation
    64:ff9b:1::/48     no   local translation
    100::/64           no   discard only
    100:0:0:1::/64     no   dummy prefix
    2001::/23          no   IETF protocol assignments
    2001::/32          no   Teredo
    2001:1::1/128      yes  port control protocol anycast
    2001:1::2/128      yes  TURN anycast
    2001:1::3/128      yes  DNS-SD service registration anycast
    2001:2::/48        no   benchmarking
    2001:3::/32        yes  AMT
    2001:4:112::/48    yes  AS112-v6
    2001:10::/28       no   deprecated ORCHID
    2001:20::/28       yes  ORCHIDv2
    2001:30::/28       yes  drone remote ID
    2001:db8::/32      no   documentation
    2002::/16          no   6to4: the registry says neither
    2620:4f:8000::/48  yes  direct delegation AS112
    3fff::/20          no   documentation
    5f00::/16          no   segment routing
    fc00::/7           no   unique local
    fe80::/10          no   link local
    fec0::/10          no   deprecated site local
    ff00::/8           no   multicast
";

/// Where we are stricter than the registries: protocols' own anycast addresses, relays, and
/// identifiers that are no locators. No news is served from any of them.
const STRICTER: [&str; 9] = [
    "192.0.0.9/32",
    "192.0.0.10/32",
    "2001:1::1/128",
    "2001:1::2/128",
    "2001:1::3/128",
    "2001:3::/32",
    "2001:4:112::/48",
    "2001:20::/28",
    "2001:30::/28",
];

fn registries() -> impl Iterator<Item = (IpNet, &'static str)> {
    REGISTRIES.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        Some((words.next()?.parse().unwrap(), words.next()?))
    })
}

/// The registries' word on an address, by text and prefixes alone.
fn by_registries(address: IpAddr) -> bool {
    let (network, word) = registries()
        .filter(|(network, _)| network.contains(&address))
        .max_by_key(|(network, _)| network.prefix_len())
        .unwrap();
    match word {
        "yes" => !STRICTER.contains(&network.to_string().as_str()),
        "no" => false,
        "v4" => {
            let IpAddr::V6(v6) = address else {
                panic!("{address}")
            };
            let [.., a, b, c, d] = v6.octets();
            by_registries(Ipv4Addr::new(a, b, c, d).into())
        }
        other => panic!("{other}"),
    }
}

/// Addresses at the borders of the registries' blocks, inside and outside.
fn near_borders() -> impl Strategy<Value = IpAddr> {
    let networks: Vec<_> = registries().map(|(network, _)| network).collect();
    (sample::select(networks), any::<bool>(), -3i8..=3).prop_map(|(network, last, off)| {
        let edge = if last {
            network.broadcast()
        } else {
            network.network()
        };
        match edge {
            IpAddr::V4(v4) => {
                let moved = u32::from(v4).wrapping_add_signed(off.into());
                Ipv4Addr::from(moved).into()
            }
            IpAddr::V6(v6) => {
                let moved = u128::from(v6).wrapping_add_signed(off.into());
                Ipv6Addr::from(moved).into()
            }
        }
    })
}

/// Random bits behind a prefix of some block, and in no block at all.
fn anywhere() -> impl Strategy<Value = IpAddr> {
    let networks: Vec<_> = registries().map(|(network, _)| network).collect();
    (sample::select(networks), any::<u128>()).prop_map(|(network, bits)| match network {
        IpNet::V4(net) => {
            let bits = u32::try_from(bits >> 96).unwrap() & u32::from(net.hostmask());
            Ipv4Addr::from(u32::from(net.network()) | bits).into()
        }
        IpNet::V6(net) => {
            let bits = bits & u128::from(net.hostmask());
            Ipv6Addr::from(u128::from(net.network()) | bits).into()
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_addresses_are_judged_as_the_registries_judge_them(v4: u32, v6: u128) {
        let (v4, v6) = (Ipv4Addr::from(v4), Ipv6Addr::from(v6));
        prop_assert_eq!(is_global(v4.into()), by_registries(v4.into()), "{}", v4);
        prop_assert_eq!(is_global(v6.into()), by_registries(v6.into()), "{}", v6);
    }

    #[test]
    fn addresses_inside_blocks_and_at_their_borders_are_judged_as_the_registries_judge_them(
        inside in anywhere(), border in near_borders(),
    ) {
        for address in [inside, border] {
            prop_assert_eq!(is_global(address), by_registries(address), "{}", address);
        }
    }

    #[test]
    fn an_ipv4_address_inside_ipv6_is_judged_by_itself_or_refused(
        address in prop_oneof![anywhere(), near_borders()],
    ) {
        let IpAddr::V4(v4) = address else { return Ok(()) };
        let bits = u128::from(u32::from(v4));
        let judged = |prefix: u128| is_global(Ipv6Addr::from(prefix | bits).into());
        let global = is_global(v4.into());
        prop_assert_eq!(judged(0xffff << 32), global, "mapped {}", v4);
        prop_assert_eq!(judged(0x64_ff9b << 96), global, "translated {}", v4);
        prop_assert!(!judged(0), "compatible {}", v4);
        prop_assert!(!judged(0xffff << 48), "SIIT {}", v4);
        prop_assert!(!judged(0x64_ff9b_0001 << 80), "translated locally {}", v4);
        prop_assert!(!is_global(Ipv6Addr::from(0x2002 << 112 | bits << 80 | 1).into()), "6to4 {}", v4);
        let teredo = 0x2001_0000 << 96 | bits << 64 | (bits ^ 0xffff_ffff);
        prop_assert!(!is_global(Ipv6Addr::from(teredo).into()), "Teredo {}", v4);
    }
}
