//! Three runs that stand for the others, as short dated stories.

use super::material::Material;
use crate::stories::Story;
use crate::summary::numbers::percent;
use crate::wording::capital;
use maud::{Markup, html};

/// How many stories are told, and of how many events each.
pub const STORIES: (usize, usize) = (3, 9);

/// The stories of some results; nothing where there are none.
pub fn stories(material: &Material) -> Markup {
    html! {
        @if !material.stories.is_empty() {
            h3 { "Runs that stand for the others" }
            div.stories { @for story in &material.stories { (one(story)) } }
        }
    }
}

fn one(story: &Story) -> Markup {
    html! {
        article.story {
            h4 { (capital(&story.label)) }
            p.note { "Run " (story.run) ", nearest to " (percent(story.share)) " of the runs." }
            ol.events { @for (date, sentence) in &story.events { li { time datetime=(date) { (date) } " " (sentence) } } }
        }
    }
}
