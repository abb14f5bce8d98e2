//! Near duplicates as readers meet them: copies and templates in pairs.

use proptest::prelude::*;

use super::*;

const FIRE_TITLE: &str = "إخماد حريق في سوق الأقمشة القديم بمدينة المرفأ";
const FIRE: &str = "أخمدت فرق الإطفاء فجر اليوم حريقا كبيرا اندلع في سوق الأقمشة القديم وسط مدينة المرفأ، \
    وأتت النيران على تسعة متاجر قبل أن تتم السيطرة عليها، وفق ما أعلنه المتحدث باسم الدفاع المدني العقيد \
    سامر الحلاق.\nوقال الحلاق إن البلاغ ورد إلى غرفة العمليات عند الساعة 3:40 فجرا، وإن 14 فرقة شاركت في \
    عمليات الإطفاء التي استمرت ثلاث ساعات، مؤكدا عدم وقوع خسائر في الأرواح باستثناء إصابة رجلي إطفاء باختناق \
    طفيف نقلا على إثره إلى مستشفى الساحل.\nوأضاف أن التحقيقات الأولية ترجح أن يكون تماس كهربائي في أحد \
    المستودعات سببا للحريق، مشيرا إلى أن لجنة فنية بدأت معاينة الموقع لحصر الأضرار وتعويض أصحاب المتاجر.";

const SKETCH: [u32; 3] = [406_049_369, 806_647_133, 1_268_773_074];

const HARBOUR_TITLE: &str = "Harbour tunnel to close for eleven weeks of repairs";
const HARBOUR: &str = "The harbour tunnel will close to all traffic for eleven weeks from 3 March while \
    engineers replace the ventilation system and strengthen the eastern wall, the port authority said on \
    Monday. Drivers will be sent over the old bridge, where the authority expects delays of up to 40 minutes \
    at peak times, and ferries will run every 15 minutes until midnight. The work, which will cost 62 million \
    crowns, was put off twice because inspectors had found cracks that the first survey had missed. \
    \"Nobody likes a detour, but nobody would like a flooded tunnel either,\" the chief engineer said.";

fn likeness(one: (&str, &str), other: (&str, &str), same_feed: bool) -> Likeness {
    let (one, other) = (Profile::of(one.0, one.1), Profile::of(other.0, other.1));
    compare(&one, &other, same_feed)
}

fn is_same(likeness: Likeness) -> bool {
    matches!(likeness, Likeness::Same(_))
}

fn cut(text: &str, words: usize) -> String {
    text.split(' ').take(words).collect::<Vec<_>>().join(" ")
}

#[test]
fn copies_of_an_article_are_the_same_whatever_an_outlet_did_to_them() {
    let edited_lead = FIRE.replacen(
        "أخمدت فرق الإطفاء فجر اليوم حريقا كبيرا اندلع",
        "المرفأ – مراسلنا: تمكنت فرق الدفاع المدني من السيطرة على حريق شب",
        1,
    );
    let respelt = FIRE
        .replace(['أ', 'إ'], "ا")
        .replace('ة', "ه")
        .replace('ى', "ي");
    let marked = FIRE.replace("النيران", "النِّيرانُ").replace("أعلنه", "أعْلَنَهُ");
    let digits = FIRE.replace("14", "١٤").replace("3:40", "٣:٤٠");
    let corrected = FIRE.replace("14 فرقة", "16 فرقة");
    let pointing = format!("{FIRE}\nاقرأ أيضاً: افتتاح معرض الكتاب في دورته العشرين\n");
    let cases = [
        ("edited lead", edited_lead),
        ("cut", cut(FIRE, 50)),
        ("spelling", respelt),
        ("tashkeel", marked),
        ("digits", digits),
        ("corrected", corrected),
        ("read also", pointing),
        ("dated", format!("المرفأ 12 مارس 2031م (و ص ن) {FIRE}")),
    ];
    for (what, copy) in cases {
        let other_title = "تسعة متاجر تحترق في المرفأ";
        for title in [FIRE_TITLE, other_title] {
            let likeness = likeness((FIRE_TITLE, FIRE), (title, &copy), false);
            assert!(is_same(likeness), "{what}, {title}: {likeness:?}");
        }
    }
    let british = HARBOUR.replace(
        "The work, which will cost 62 million crowns, was",
        "Work was",
    );
    let titled = ("Eleven-week closure for harbour tunnel", &*british);
    assert!(is_same(likeness((HARBOUR_TITLE, HARBOUR), titled, false)));
}

#[test]
fn lines_that_point_elsewhere_are_no_part_of_an_article() {
    for pointer in [
        "اقرأ أيضاً: خبر آخر",
        "• شاهد أيضا | مقطع",
        "Read more: another",
        "Related: more",
    ] {
        let with = format!("{HARBOUR}\n{pointer}\n{FIRE}");
        let without = format!("{HARBOUR}\n{FIRE}");
        assert_eq!(
            Profile::of("", &with),
            Profile::of("", &without),
            "{pointer}"
        );
    }
    assert_ne!(
        Profile::of("", "Related work was described in the survey."),
        Profile::of("", "")
    );
}

/// Two of a form, and why they are different.
fn forms() -> Vec<(&'static str, String, String, String, String, Why)> {
    let telegram = |state: &str, head: &str| {
        (
            format!("الحاكم يهنئ رئيس {state} بذكرى الاستقلال"),
            format!(
                "بعث حاكم الإقليم برقية تهنئة إلى الرئيس {head} رئيس جمهورية {state} بمناسبة ذكرى استقلال بلاده. \
                 وأعرب الحاكم باسمه واسم شعب الإقليم وحكومته عن أصدق التهاني وأطيب التمنيات بالصحة والسعادة \
                 لفخامته، ولشعب {state} الصديق باطراد التقدم والازدهار، مشيدا بالعلاقات المتميزة التي تربط بين \
                 البلدين والشعبين والتي يحرص الجميع على تعزيزها في المجالات كافة."
            ),
        )
    };
    let gold = |karat: [u32; 4]| {
        let [a, b, c, d] = karat;
        (
            "أسعار الذهب اليوم في الأسواق المحلية".to_owned(),
            format!(
                "سجلت أسعار الذهب اليوم في الأسواق المحلية تباينا محدودا، وبلغ سعر غرام الذهب عيار أربعة وعشرين {a} \
                 دينارا للبيع، فيما بلغ سعر غرام عيار واحد وعشرين {b} دينارا، وسجل عيار ثمانية عشر {c} دينارا، \
                 ووصل سعر الأونصة عالميا إلى {d} دولارا وسط ترقب لقرارات المصارف المركزية بشأن الفائدة."
            ),
        )
    };
    let weather = |high: u32, low: u32, wind: u32| {
        (
            "Weather for the coast".to_owned(),
            format!(
                "Mostly dry on the coast with some cloud in the morning. Highs near {high} degrees, lows near \
                 {low} overnight. Wind from the west at up to {wind} knots, easing later. The outlook for the \
                 rest of the week is changeable, with showers at times and sunny spells in sheltered places, \
                 and small craft should take care near the headland."
            ),
        )
    };
    let prayer = |times: [&str; 5]| {
        let [a, b, c, d, e] = times;
        (
            "مواقيت الصلاة في المرفأ".to_owned(),
            format!(
                "مواقيت الصلاة اليوم في مدينة المرفأ وضواحيها: الفجر {a} والظهر {b} والعصر {c} والمغرب {d} والعشاء {e} حسب التوقيت المحلي."
            ),
        )
    };
    let result = |home: &str, guest: &str, goals: &str, minute: u32| {
        (
            format!("{home} يتغلب على {guest} في دوري الإقليم"),
            format!(
                "تغلب فريق {home} على ضيفه {guest} بنتيجة {goals} في المباراة التي جمعتهما مساء اليوم ضمن الجولة \
                 التاسعة من دوري الإقليم لكرة القدم، وجاء هدف الفوز في الدقيقة {minute} بعد ركلة ركنية، ليرفع \
                 {home} رصيده في صدارة الترتيب فيما تجمد رصيد {guest} قبل جولة من نهاية الذهاب."
            ),
        )
    };
    let pair = |what, one: (String, String), other: (String, String), why| {
        (what, one.0, one.1, other.0, other.1, why)
    };
    vec![
        pair(
            "telegram",
            telegram("سيلندا", "خوان بارو"),
            telegram("مرجانيا", "تيم أوكو"),
            Why::OtherNames,
        ),
        pair(
            "gold",
            gold([81, 71, 61, 4012]),
            gold([83, 73, 62, 4105]),
            Why::OtherNumbers,
        ),
        pair(
            "weather",
            weather(19, 11, 22),
            weather(23, 14, 9),
            Why::OtherNumbers,
        ),
        pair(
            "prayer",
            prayer(["4:41", "12:03", "3:22", "6:01", "7:20"]),
            prayer(["4:40", "12:02", "3:23", "6:02", "7:21"]),
            Why::OtherNumbers,
        ),
        pair(
            "result",
            result("النسور", "الأمواج", "2-1", 88),
            result("الصخور", "البحارة", "3-0", 54),
            Why::OtherNames,
        ),
    ]
}

#[test]
fn two_of_a_form_are_different_and_it_is_known_why() {
    for (what, title, text, other_title, other_text, why) in forms() {
        for same_feed in [false, true] {
            let likeness = likeness((&title, &text), (&other_title, &other_text), same_feed);
            let Likeness::Different(found) = likeness else {
                panic!("{what}: {likeness:?}");
            };
            // Results differ in both, and either is reason enough.
            assert!(found == why || what == "result", "{what}: {found}");
        }
        let itself = likeness((&title, &text), (&title, &text), true);
        assert!(is_same(itself), "{what} is itself: {itself:?}");
    }
}

#[test]
fn a_roundup_is_not_the_article_that_it_has_a_paragraph_of() {
    let roundup = format!("{HARBOUR} {} {}", FIRE, HARBOUR.replace(' ', " x "));
    let found = likeness((FIRE_TITLE, FIRE), ("Around the region", &roundup), false);
    assert!(!is_same(found), "{found:?}");
}

#[test]
fn inside_one_feed_more_is_demanded() {
    // Shares somewhat more than half of its words, title included.
    let follow_up = format!(
        "{} وفي تطور لاحق عقد المجلس البلدي جلسة طارئة خصصت لبحث أوضاع السوق وقرر إغلاقه أسبوعين وتشكيل خلية \
         متابعة تضم التجار والمهندسين على أن تقدم تقريرها نهاية الشهر المقبل",
        cut(FIRE, 60)
    );
    let (one, other) = ((FIRE_TITLE, FIRE), (FIRE_TITLE, &*follow_up));
    assert!(is_same(likeness(one, other, false)));
    assert!(matches!(likeness(one, other, true), Likeness::Related(_)));
}

#[test]
fn short_flashes_are_the_same_only_if_nearly_all_is() {
    let flash = "عاجل: هزة أرضية بقوة 4.2 درجات تضرب جزيرة الصدف دون تسجيل أضرار حتى الآن";
    for (other, same) in [
        (
            "عاجل | هزة أرضية بقوة ٤٫٢ درجات تضرب جزيرة الصدف دون تسجيل أضرار حتى الآن",
            true,
        ),
        (
            "عاجل: هزة أرضية بقوة 5.1 درجات تضرب جزيرة الصدف دون تسجيل أضرار حتى الآن",
            false,
        ),
        (
            "عاجل: هزة أرضية بقوة 4.2 درجات تضرب سواحل المرفأ وتقارير عن أضرار حتى الآن",
            false,
        ),
    ] {
        assert_eq!(
            is_same(likeness(("", flash), ("", other), false)),
            same,
            "{other}"
        );
    }
    for (one, other, same) in [
        ("نعم", "نعم", true),
        ("نعم", "لا", false),
        ("", "", false),
        ("نعم", flash, false),
    ] {
        assert_eq!(
            is_same(likeness(("", one), ("", other), false)),
            same,
            "{one} {other}"
        );
    }
}

#[test]
fn without_a_text_the_title_stands_for_it() {
    assert!(is_same(likeness((FIRE_TITLE, ""), ("", FIRE_TITLE), false)));
    assert!(!Profile::of(FIRE_TITLE, "").sketch().is_empty());
}

#[test]
fn coverage_of_one_event_is_related() {
    let other = format!(
        "{} وروى شهود عيان للصحيفة لحظات الخوف التي عاشها سكان الحي القديم حين تصاعدت ألسنة اللهب فوق الأسطح \
         الخشبية واضطر بعضهم إلى مغادرة منازلهم بملابس النوم بينما طالب تجار السوق بتحديث شبكات الكهرباء التي \
         يعود عمرها إلى أكثر من نصف قرن وانتقدوا تأخر وعود البلدية المتكررة بهذا الشأن منذ سنوات طويلة",
        cut(FIRE, 34)
    );
    let found = likeness(
        (FIRE_TITLE, FIRE),
        ("سكان الحي يروون ليلة اللهب", &other),
        false,
    );
    assert!(matches!(found, Likeness::Related(_)), "{found:?}");
    let nothing = likeness((FIRE_TITLE, FIRE), (HARBOUR_TITLE, HARBOUR), false);
    assert_eq!(nothing, Likeness::Different(Why::LittleInCommon));
}

#[test]
fn sketches_never_change_between_versions() {
    let sketch = Profile::of("", "خبر one 2 three أربعة").sketch();
    assert_eq!(sketch.hashes(), SKETCH, "the archive's index has them");
}

fn candidate(story: u32, story_size: usize, text: &str) -> Candidate<'_, u32> {
    Candidate {
        story,
        story_size,
        same_feed: false,
        title: FIRE_TITLE,
        text,
    }
}

#[test]
fn an_article_joins_a_story_if_half_of_it_agrees() {
    let came = Profile::of(FIRE_TITLE, FIRE);
    for (size, joins) in [(1, true), (2, true), (3, false)] {
        let choice = choose(&came, &[candidate(7, size, FIRE)]);
        let expected = if joins {
            Choice::Same {
                story: 7,
                with: 0,
                score: 1.0,
            }
        } else {
            Choice::Related {
                story: 7,
                with: 0,
                score: 1.0,
            }
        };
        assert_eq!(choice, expected, "{size}");
    }
    assert_eq!(choose(&came, &[candidate(7, 1, HARBOUR)]), Choice::Alone);
    assert_eq!(choose::<u32>(&came, &[]), Choice::Alone);
}

#[test]
fn of_several_stories_the_best_wins_and_of_equals_the_oldest() {
    let came = Profile::of(FIRE_TITLE, FIRE);
    let story = |candidates: &[Candidate<'_, u32>]| match choose(&came, candidates) {
        Choice::Same { story, .. } => story,
        other => panic!("{other:?}"),
    };
    let shortened = cut(FIRE, 60);
    assert_eq!(
        story(&[candidate(3, 1, &shortened), candidate(9, 1, FIRE)]),
        9
    );
    assert_eq!(story(&[candidate(9, 1, FIRE), candidate(3, 1, FIRE)]), 3);
    let two = [
        candidate(9, 2, &shortened),
        candidate(3, 1, FIRE),
        candidate(9, 2, &shortened),
    ];
    assert_eq!(story(&two), 9, "two agree");
}

/// Texts that have something to do with one another: pieces of the two articles.
fn texts() -> impl Strategy<Value = String> {
    let words = || {
        prop::sample::select(
            FIRE.split(' ')
                .chain(HARBOUR.split(' '))
                .collect::<Vec<_>>(),
        )
    };
    let pieces = (0..70usize, 0..90usize).prop_map(|(from, words)| {
        let all: Vec<&str> = FIRE.split(' ').skip(from).take(words).collect();
        all.join(" ")
    });
    prop_oneof![
        pieces.clone(),
        (pieces, prop::collection::vec(words(), 0..20))
            .prop_map(|(text, more)| format!("{text} {}", more.join(" "))),
        any::<String>(),
    ]
}

proptest! {
    #[test]
    fn comparing_is_symmetric(one in texts(), other in texts(), title in texts(), same_feed: bool) {
        let (one, other) = (Profile::of(&title, &one), Profile::of("", &other));
        prop_assert_eq!(compare(&one, &other, same_feed), compare(&other, &one, same_feed));
    }

    #[test]
    fn an_article_is_the_same_as_itself(title in texts(), text in texts(), same_feed: bool) {
        let profile = Profile::of(&title, &text);
        let empty = profile == Profile::default();
        let expected = if empty {
            Likeness::Different(Why::LittleInCommon)
        } else {
            Likeness::Same(1.0)
        };
        prop_assert_eq!(compare(&profile, &profile, same_feed), expected);
    }

    #[test]
    fn the_order_of_candidates_makes_no_difference(
        came in texts(),
        texts in prop::collection::vec((texts(), 0..3u32), 0..6),
        turn in 0..6usize,
    ) {
        let mut candidates: Vec<_> = texts.iter().map(|(text, story)| {
            let size = texts.iter().filter(|other| other.1 == *story).count();
            candidate(*story, size, text)
        }).collect();
        let came = Profile::of("", &came);
        let told = |choice| match choice {
            Choice::Same { story, score, .. } => Some((true, story, score)),
            Choice::Related { story, score, .. } => Some((false, story, score)),
            Choice::Alone => None,
        };
        let before = told(choose(&came, &candidates));
        let len = candidates.len().max(1);
        candidates.rotate_left(turn.min(len) % len);
        prop_assert_eq!(told(choose(&came, &candidates)), before);
        candidates.reverse();
        prop_assert_eq!(told(choose(&came, &candidates)), before);
    }
}
