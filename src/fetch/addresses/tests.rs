//! What is reached and what is not, by rule, by spelling, by name, and against the registries.

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
