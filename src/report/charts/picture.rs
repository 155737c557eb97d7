//! SVG to PNG without a browser, with typefaces that are part of the program.

use resvg::{tiny_skia, usvg};
use std::sync::Arc;

/// How many pixels a point of a chart has.
const SHARP: f32 = 2.0;

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// The SVG is not one.
    #[error("a chart cannot be drawn: {0}")]
    Svg(#[from] usvg::Error),
    /// It has no size, or one that no picture can have.
    #[error("a chart of {0} by {1} points cannot be drawn")]
    Size(f32, f32),
    /// The picture cannot be put into a file.
    #[error("a picture cannot be encoded: {0}")]
    Png(String),
}

/// Draws SVG; the same typefaces and the same picture everywhere.
pub struct Painter {
    options: usvg::Options<'static>,
}

impl Default for Painter {
    fn default() -> Self {
        let mut fonts = usvg::fontdb::Database::new();
        for font in [
            epaint_default_fonts::UBUNTU_LIGHT,
            epaint_default_fonts::HACK_REGULAR,
            epaint_default_fonts::NOTO_EMOJI_REGULAR,
        ] {
            fonts.load_font_data(font.to_vec());
        }
        let family = fonts.faces().next().and_then(|face| face.families.first()).map(|(name, _)| name.clone());
        let family = family.unwrap_or_default();
        fonts.set_sans_serif_family(family.clone());
        let options = usvg::Options { font_family: family, fontdb: Arc::new(fonts), ..usvg::Options::default() };
        Self { options }
    }
}

impl Painter {
    /// The PNG of an SVG.
    ///
    /// # Errors
    /// What is no SVG, or one without a size.
    pub fn png(&self, svg: &str) -> Result<Vec<u8>, PictureError> {
        let tree = usvg::Tree::from_str(svg, &self.options)?;
        let (width, height) = (tree.size().width(), tree.size().height());
        let pixels = tiny_skia::Pixmap::new((width * SHARP).ceil() as u32, (height * SHARP).ceil() as u32);
        let mut pixels = pixels.ok_or(PictureError::Size(width, height))?;
        resvg::render(&tree, tiny_skia::Transform::from_scale(SHARP, SHARP), &mut pixels.as_mut());
        pixels.encode_png().map_err(|error| PictureError::Png(error.to_string()))
    }
}
