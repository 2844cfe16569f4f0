//! The questionnaire to fill in.

use std::fmt::Write;

use weir_law::Day;
use weir_types::{Bilingual, Lang};

use super::Band;
use super::answers::UNKNOWN;
use super::table::{AnswerText, Question, RecipientTable};

/// Every question with its answers, as a TOML file that answers nothing yet.
pub(super) fn template(table: &RecipientTable, lang: Lang, today: Day) -> String {
    let mut text = String::new();
    let intro = Bilingual::new(
        "数据接收方评估问卷。每题选一个答案；不清楚的、没有证据的、过期的，按最差答案计分。\n\
         evidence 写证据的出处（如合同编号、证书编号），或文件摘要 \"sha256:…\"；\n\
         expires 写证据的最后有效日；不写则自答复日起一年有效。",
        "Questionnaire for a recipient of data. Choose one answer to each question; what is\n\
         unknown, without evidence or expired counts as the worst answer.\n\
         evidence says where it can be seen (number of a contract or certificate), or is the\n\
         digest of a file, \"sha256:…\"; expires is its last day, else a year from the answers on.",
    );
    comment(&mut text, intro.in_lang(lang));
    comment(&mut text, table.note().in_lang(lang));
    let recipient = Bilingual::new("接收方名称", "name of the recipient");
    let by = Bilingual::new("填写人", "who answers");
    let head = format!(
        "\ntable = {:?}\nrecipient = {:?}\nanswered_by = {:?}\nanswered_on = \"{today}\"\n",
        table.id(),
        recipient.in_lang(lang),
        by.in_lang(lang),
    );
    text.push_str(&head);
    for (number, question) in (1..).zip(&table.0.questions) {
        ask(&mut text, number, question, lang);
    }
    text
}

fn ask(text: &mut String, number: usize, question: &Question, lang: Lang) {
    let axis = question.axis.label();
    let needed = match (question.evidence, lang) {
        (false, _) => "",
        (true, Lang::Zh) => "（需要证据）",
        (true, Lang::En) => " (evidence needed)",
    };
    text.push('\n');
    let words = question.text();
    let (axis, words) = (axis.in_lang(lang), words.in_lang(lang));
    comment(text, &format!("{number}. [{axis}] {words}{needed}"));
    for answer in &question.answers {
        comment(text, &format!("   {}", offer(answer, lang)));
    }
    let _ = write!(
        text,
        "[answers.{}]\nanswer = \"{UNKNOWN}\"\n# evidence = \"\"\n# expires = \"\"\n",
        question.id()
    );
}

/// One answer with its points, its cap and why.
fn offer(answer: &AnswerText, lang: Lang) -> String {
    let (word, points) = (answer.word(), answer.points);
    let (says, why) = (answer.text(), answer.why());
    let (says, why) = (says.in_lang(lang), why.in_lang(lang));
    let cap = match (answer.at_most, lang) {
        (Band::A, _) => String::new(),
        (band, Lang::Zh) => format!("，最高{}档", band.name()),
        (band, Lang::En) => format!(", at most {}", band.name()),
    };
    match lang {
        Lang::Zh => format!("{word} = {says}（{points}分{cap}）：{why}"),
        Lang::En => format!("{word} = {says} ({points} points{cap}): {why}"),
    }
}

/// Lines of a comment, whatever they hold.
fn comment(text: &mut String, words: &str) {
    for line in words.lines() {
        let plain: String = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let _ = writeln!(text, "# {}", plain.trim_end());
    }
}
