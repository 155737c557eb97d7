//! Which processor features the hot code is compiled for, picked at run time.

use std::sync::OnceLock;

/// A level of vector instructions. Every level gives the same bits; wider is only faster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// What every processor of the architecture has.
    Baseline,
    /// 256-bit vectors.
    Avx2,
    /// 512-bit vectors.
    Avx512,
}

impl Level {
    /// All levels that this processor has, slowest first.
    pub fn available() -> &'static [Level] {
        static LEVELS: OnceLock<Vec<Level>> = OnceLock::new();
        LEVELS.get_or_init(|| {
            let mut levels = vec![Level::Baseline];
            #[cfg(target_arch = "x86_64")]
            {
                if is_x86_feature_detected!("avx2") {
                    levels.push(Level::Avx2);
                    let wide = is_x86_feature_detected!("avx512f")
                        && is_x86_feature_detected!("avx512bw")
                        && is_x86_feature_detected!("avx512cd")
                        && is_x86_feature_detected!("avx512dq")
                        && is_x86_feature_detected!("avx512vl");
                    if wide {
                        levels.push(Level::Avx512);
                    }
                }
            }
            levels
        })
    }

    /// The widest that this processor has.
    pub fn best() -> Level {
        Self::available().last().copied().unwrap_or(Level::Baseline)
    }

    /// This level, or the widest that the processor has if that is less.
    pub fn or_less(self) -> Level {
        self.min(Self::best())
    }
}

/// Defines a function that runs an `#[inline(always)]` body compiled once for each level.
///
/// `multiversion` makes such dispatchers too, but none that a test can force to a level.
macro_rules! at_each_level {
    ($(#[$doc:meta])* $visibility:vis fn $name:ident($($argument:ident: $type:ty),* $(,)?) = $body:path) => {
        $(#[$doc])*
        #[allow(unsafe_code)]
        $visibility fn $name(level: $crate::engine::level::Level, $($argument: $type),*) {
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx2")]
                fn avx512($($argument: $type),*) {
                    $body($($argument),*)
                }
                #[target_feature(enable = "avx2")]
                fn avx2($($argument: $type),*) {
                    $body($($argument),*)
                }
                match level.or_less() {
                    // SAFETY: `or_less` never exceeds `Level::best`, which is only reached after every feature that
                    // the function enables was detected on this processor.
                    $crate::engine::level::Level::Avx512 => return unsafe { avx512($($argument),*) },
                    // SAFETY: as above; AVX-512 levels are only pushed after AVX2 was detected.
                    $crate::engine::level::Level::Avx2 => return unsafe { avx2($($argument),*) },
                    $crate::engine::level::Level::Baseline => {}
                }
            }
            let _ = level;
            $body($($argument),*)
        }
    };
}
pub(crate) use at_each_level;
