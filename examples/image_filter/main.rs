//! Finds the edges of an image with the model of a hardware filter, and prints both.

use sobel::{edge, Runner};

/// An image of gray pixels, by rows.
struct Image {
    width: usize,
    pixels: Vec<u8>,
}

impl Image {
    /// A bright disc on a dark ground.
    fn disc(width: usize, height: usize) -> Image {
        let bright = |x: usize, y: usize| {
            let (x, y) = (x as i64 * 2 - width as i64, y as i64 * 4 - height as i64 * 2);
            x * x + y * y < (width * width) as i64 / 3
        };
        let pixels = (0..height).flat_map(|y| (0..width).map(move |x| if bright(x, y) { 200 } else { 20 })).collect();
        Image { width, pixels }
    }

    fn height(&self) -> usize {
        self.pixels.len() / self.width
    }

    /// The three by three pixels around one that is not at the border.
    fn window(&self, x: usize, y: usize) -> [[u8; 3]; 3] {
        std::array::from_fn(|row| {
            let start = (y + row - 1) * self.width + x - 1;
            self.pixels[start..start + 3].try_into().expect("three pixels")
        })
    }

    /// The edges, with a black border. One `Runner` serves all calls, as one unit of the hardware serves all pixels.
    fn edges(&self) -> Image {
        let mut pixels = vec![0; self.pixels.len()];
        let mut runner = Runner::new();
        for y in 1..self.height() - 1 {
            for x in 1..self.width - 1 {
                pixels[y * self.width + x] = runner.run(&self.window(x, y));
            }
        }
        Image { width: self.width, pixels }
    }

    fn print(&self) {
        const SHADES: &[u8] = b" .:-=+*#%@";
        for row in self.pixels.chunks(self.width) {
            let line: String = row.iter().map(|&pixel| char::from(SHADES[usize::from(pixel) * 10 / 256])).collect();
            println!("{}", line.trim_end());
        }
    }
}

fn main() {
    let image = Image::disc(64, 20);
    image.print();
    image.edges().print();
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The operator in plain Rust.
    fn expected(window: [[u8; 3]; 3]) -> u8 {
        let at = |y: usize, x: usize| i32::from(window[y][x]);
        let weights = [1, 2, 1];
        let across: i32 = (0..3).map(|i| weights[i] * (at(i, 2) - at(i, 0))).sum();
        let down: i32 = (0..3).map(|i| weights[i] * (at(2, i) - at(0, i))).sum();
        u8::try_from(across.abs() + down.abs()).unwrap_or(u8::MAX)
    }

    #[test]
    fn the_model_is_the_operator() {
        // Pixels from a linear congruential generator; every eighth window is of extremes.
        let mut state = 1u32;
        for number in 0..100_000 {
            let window = std::array::from_fn(|_| {
                std::array::from_fn(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    let pixel = (state >> 24) as u8;
                    if number % 8 == 0 { if pixel < 128 { 0 } else { 255 } } else { pixel }
                })
            });
            assert_eq!(edge(&window), expected(window), "{window:?}");
        }
    }

    #[test]
    fn a_disc_has_one_edge() {
        let image = Image::disc(64, 20);
        let edges = image.edges();
        assert!(edges.pixels.contains(&255));
        assert_eq!(edges.pixels[10 * 64 + 32], 0, "the middle is plain");
        assert_eq!(edges.pixels[64 + 1], 0, "a corner is plain");
    }
}
