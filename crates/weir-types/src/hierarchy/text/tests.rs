use super::*;
use crate::hierarchy::HierarchySpec;

fn error(text: &str) -> BuilderError {
    text.parse::<Builder>().unwrap_err()
}

#[test]
fn every_builder_reads_and_shows_itself() {
    for text in [
        "automatic",
        "intervals width=5 by=10,20 from=0 to=90",
        "intervals width=0.5 at=-1 snap=true",
        "cuts at=0,18,30,65/18,65",
        "dates by=day,week,month,quarter,half-year,year,5-years,decade",
        "prefixes lengths=4,2 digits=6",
        "mask",
        "mask hide=2,4 from=left",
        "order values=low,\"fairly high\",high by=2",
        "groups school=primary,high other=\"a,b\" / all=school,other",
        "bounds from=15",
        "bounds to=90.5",
        "frequency at_least=0.01,0.05",
        "divisions by=city,province",
    ] {
        let builder: Builder = text.parse().unwrap_or_else(|e| panic!("{text}: {e}"));
        assert_eq!(builder.to_string(), text);
    }
    let same: Builder = " order  values=小学，初中,'高 中'  by=2 ".parse().unwrap();
    assert_eq!(same.to_string(), "order values=小学,初中,\"高 中\" by=2");
    let quotes: Builder = "groups a='x\"y',z".parse().unwrap();
    assert_eq!(quotes.to_string().parse::<Builder>(), Ok(quotes));
    assert_eq!(
        "frequency at_least=1%".parse::<Builder>().unwrap().to_string(),
        "frequency at_least=0.01"
    );
}

#[test]
fn tables_say_the_same_as_texts() {
    for (table, text) in [
        (
            "build = 'intervals'\nwidth = 5\nby = [10, 20]\nto = 90.5",
            "intervals width=5 by=10,20 to=90.5",
        ),
        ("build = 'cuts'\nat = [[0, 18, 65], [18]]", "cuts at=0,18,65/18"),
        ("build = 'cuts'\nat = [0, 18]", "cuts at=0,18"),
        ("build = 'dates'\nby = ['month', 'year']", "dates by=month,year"),
        ("build = 'order'\nvalues = ['a, b', 'c']", "order values=\"a, b\",c"),
        (
            "build = 'groups'\nlevels = [{ low = ['a', 'b'] }, { any = ['low', 'c'] }]",
            "groups low=a,b / any=low,c",
        ),
    ] {
        let table: Table = toml::from_str(table).unwrap();
        assert_eq!(Builder::from_table(table), Ok(text.parse().unwrap()), "{text}");
    }
}

#[test]
fn a_first_word_tells_builders_from_files() {
    let spec = |text: &str| text.parse::<HierarchySpec>();
    assert_eq!(spec("districts.csv"), Ok(HierarchySpec::File("districts.csv".into())));
    assert_eq!(spec("./dates"), Ok(HierarchySpec::File("./dates".into())));
    assert_eq!(spec("my districts.csv"), Ok(HierarchySpec::File("my districts.csv".into())));
    assert!(matches!(spec("dates"), Ok(HierarchySpec::Build(Builder::Dates { .. }))));
    assert!(matches!(spec("interval width=5"), Err(BuilderError::UnknownBuilder { .. })));
}

#[test]
fn what_is_wrong_is_named_with_a_hint() {
    assert_eq!(error("interval width=5").hint(), "did you mean `intervals`?");
    assert_eq!(error("intervals widht=5").hint(), "did you mean `width`?");
    assert_eq!(
        error("intervals by=10"),
        BuilderError::MissingKey { builder: "intervals", key: "width" }
    );
    assert_eq!(error("bounds"), BuilderError::MissingKey { builder: "bounds", key: "from" });
    assert!(error("automatic width=1").hint().contains("no keys"));
    assert_eq!(error("intervals width=5 width=6"), BuilderError::Twice { key: "width".to_owned() });
    for text in [
        "intervals width=0",
        "intervals width=-1",
        "intervals width=x",
        "intervals width=5 by=12",
        "intervals width=5 by=5",
        "intervals width=1 from=5 to=5",
        "intervals width=1 snap=maybe",
        "intervals width=inf",
        "intervals width=1,2",
        "cuts at=5,1",
        "cuts at=1,2/3",
        "cuts at=1/1",
        "dates by=year,month",
        "dates by=hour",
        "prefixes lengths=2,4",
        "prefixes lengths=0",
        "prefixes lengths=6 digits=19",
        "mask hide=4,2",
        "mask from=top",
        "order values=a,a",
        "order values=a,b,c by=3,4",
        "order values=a,b by=1",
        "frequency at_least=2",
        "frequency at_least=5%,1%",
        "divisions by=province,city",
    ] {
        let error = error(text);
        assert!(matches!(error, BuilderError::OutOfRange { .. }), "{text}: {error:?}");
        assert!(error.hint().starts_with("set `"));
    }
    for text in [
        "",
        "  ",
        "width=5",
        "intervals width=",
        "intervals width",
        "intervals =5",
        "order values='a",
        "intervals width=5 / by=10",
        "groups a=b/c",
        "cuts at=/1",
    ] {
        assert!(matches!(error(text), BuilderError::Syntax { .. }), "{text}: {:?}", error(text));
    }
    for text in ["groups", "groups a=x / ", "groups ''=x"] {
        assert!(text.parse::<Builder>().is_err(), "{text}");
    }
    assert!(matches!(error("groups a=x b=x"), BuilderError::Twice { .. }));
    assert!(matches!(error(&"x".repeat(2 << 20)), BuilderError::TooLong { .. }));
}
