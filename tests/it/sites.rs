//! What the pages of a host teach, from the network to the archive and back.

use crate::support::newsroom::{Newsroom, feed};
use crate::support::origin::{Origin, Reply};
use crate::support::outlets::{base_of, rss};

/// In every page of the site, as if it were of the text.
const NOTE: &str = "تصلكم نشرة الوادي الصباحية كل يوم قبل القهوة";

/// Six stories that have nothing in common.
const STORIES: [[&str; 3]; 6] = [
    [
        "أعلنت بلدية الوادي الأخضر انتهاء أعمال ترميم الجسر القديم الذي يربط ضفتي النهر منذ قرن.",
        "وقال المهندس المشرف إن الحجارة نقلت من المقلع القريب وإن الأعمدة دعمت من الداخل.",
        "ويفتح الجسر أمام المشاة غدا، ثم أمام السيارات بعد أسبوعين من التجارب.",
    ],
    [
        "ارتفعت أسعار الزيتون في أسواق البلدة بعد موسم شحيح المطر، وتراجع الإقبال على المعاصر.",
        "ويرى مزارعون أن الخسارة ستتضاعف إن لم تصل المنح التي وعدت بها الوزارة.",
        "أما التجار فيتوقعون أن تهدأ السوق مع وصول الشحنات من الساحل.",
    ],
    [
        "فاز فريق النجوم على ضيفه بهدفين نظيفين في المباراة التي أقيمت مساء على ملعب المدينة.",
        "وسجل المهاجم الشاب الهدف الأول برأسه، ثم أضاف زميله الثاني من ركلة حرة.",
        "وبهذا الفوز صعد الفريق إلى المركز الثالث قبل جولتين من النهاية.",
    ],
    [
        "افتتحت المكتبة العامة جناحا للأطفال يضم آلاف الكتب المصورة وقاعة للحكايات.",
        "وتقرأ متطوعات القصص كل خميس بعد العصر، ويحضر الأهل مع أبنائهم.",
        "وتعد أمينة المكتبة ببرنامج صيفي للرسم والخط والمسرح.",
    ],
    [
        "رصد علماء الفلك في المرصد الجبلي مذنبا يمر قرب الأرض للمرة الأولى منذ ألفي عام.",
        "ويمكن رؤيته بالعين المجردة قبيل الفجر في الأماكن البعيدة عن أضواء المدن.",
        "ويدعو المرصد الهواة إلى ليلة مفتوحة للرصد يوم الجمعة المقبل.",
    ],
    [
        "وصلت أول حافلة كهربائية إلى البلدة، وستعمل على الخط الدائري ابتداء من الأحد.",
        "ويبلغ ثمن التذكرة نصف ما كان، والركوب مجاني للطلاب في الشهر الأول.",
        "ومن المنتظر أن تلحق بها خمس حافلات أخرى قبل حلول الشتاء.",
    ],
];

fn page(n: usize) -> Reply {
    let [one, two, three] = STORIES[n - 1];
    let html = format!(
        "<!doctype html><html lang=\"ar\" dir=\"rtl\"><head><title>قصة {n}</title></head><body>\
         <ul><li><a href=\"/\">الرئيسية</a></li><li><a href=\"/s\">رياضة</a></li></ul>\
         <div class=\"khabar\"><h1>قصة {n}</h1><p>{one}</p><p>{two}</p><p>{three}</p><p>{NOTE}</p></div></body></html>"
    );
    Reply::ok(html).content_type("text/html; charset=utf-8")
}

/// The outlet publishes one story after the other.
async fn publish(origin: &Origin, newsroom: &Newsroom, n: usize) {
    let numbers: Vec<u32> = (1..=u32::try_from(n).unwrap()).rev().collect();
    origin.serve(&format!("/pages/{n}.html"), page(n));
    origin.serve(
        "/gazette",
        Reply::ok(rss(&base_of(origin), "gazette", &numbers)),
    );
    newsroom.round_after(16).await;
}

async fn last_text(newsroom: &Newsroom) -> String {
    let sql = "select text from articles order by id desc limit 1";
    newsroom.sql(sql).await[0][0].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_line_that_stands_in_story_after_story_is_no_part_of_the_next_one() {
    let origin = Origin::start().await;
    let newsroom = Newsroom::new(&feed(&origin, "gazette")).await;
    publish(&origin, &newsroom, 1).await;
    assert!(last_text(&newsroom).await.contains(NOTE));
    for n in 2..=4 {
        publish(&origin, &newsroom, n).await;
    }
    // What was learned outlasts a restart.
    let newsroom = newsroom.reopen().await;
    publish(&origin, &newsroom, 5).await;
    assert_eq!(last_text(&newsroom).await, STORIES[4].join("\n\n"));
    let kept = newsroom
        .sql("select host, json_extract(learned, '$.pages') from site")
        .await;
    assert_eq!(
        kept,
        [[serde_json::json!("127.0.0.1"), serde_json::json!(5)]]
    );

    let store = &newsroom.house.store;
    assert!(store.forget_site("127.0.0.1".to_owned()).await.unwrap());
    assert!(!store.forget_site("127.0.0.1".to_owned()).await.unwrap());
    store.look_outside().await.unwrap();
    publish(&origin, &newsroom, 6).await;
    assert!(last_text(&newsroom).await.contains(NOTE));
}
