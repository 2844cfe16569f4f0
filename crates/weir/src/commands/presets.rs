//! `--preset help`.

use weir_types::Lang;

use crate::args::Global;
use crate::exit::{Exit, Failure};
use crate::talk::{Talk, print, print_json};

/// The name that lists the presets.
pub(crate) const HELP: &str = "help";

/// The named sets of models, each with its standard and how surely it is known.
pub(crate) fn list(global: &Global, talk: &Talk) -> Result<Exit, Failure> {
    let pack = weir_law::RulePack::builtin();
    if global.json {
        print_json(&pack.presets())?;
        return Ok(Exit::Done);
    }
    let mut out = String::new();
    for preset in pack.presets() {
        let models: Vec<String> = preset.models.iter().map(ToString::to_string).collect();
        let rows = [
            ("案例", "case", talk.text(&preset.case).to_owned()),
            ("模型", "models", models.join(", ")),
            ("阈值", "threshold", preset.formula.clone()),
            ("标准", "standard", talk.text(&preset.standard).trim().to_owned()),
            ("版本", "version", preset.version.clone()),
            ("可靠程度", "certainty", talk.text(&preset.certainty.label()).to_owned()),
            ("来源", "source", preset.source.clone()),
            ("说明", "note", talk.text(&preset.note).to_owned()),
        ];
        out += &format!("{}\n", preset.name);
        for (zh, en, text) in rows {
            out += &match talk.lang {
                Lang::Zh => format!("  {zh}：{text}\n"),
                Lang::En => format!("  {en:<10} {text}\n"),
            };
        }
        out.push('\n');
    }
    out += talk.choose(
        "预设是标准中的一个阈值，达到它不等于符合该标准。\n",
        "A preset is a threshold of a standard; meeting it is not compliance with the standard.\n",
    );
    print(&out)?;
    Ok(Exit::Done)
}
