//! A plot of the ratios as SVG: a line a kernel, a mark a peer, on a logarithmic scale.

use std::fmt::Write as _;

use crate::figures::Figures;

/// The peers that are drawn, by the names of their ratios, with the colours of their marks.
const PEERS: &[(&str, &str)] = &[
    ("pir / v2", "#d95f02"),
    ("libxls / v2", "#7570b3"),
    ("clang v2 / v2", "#999999"),
    ("best clang v2 / v2", "#1b9e77"),
];

const LEFT: f64 = 190.0;
const WIDTH: f64 = 620.0;
const LINE: f64 = 13.0;
const TOP: f64 = 46.0;
/// The ends of the scale; marks beyond them are drawn there.
const LEAST: f64 = 0.125;
const MOST: f64 = 32.0;

/// The plot.
pub(crate) fn svg(figures: &Figures) -> String {
    let groups = figures.groups();
    let height = TOP + LINE * (figures.rows.len() + groups.len()) as f64 + 12.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{height}\" font-family=\"sans-serif\" \
         font-size=\"10\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n",
        LEFT + WIDTH + 20.0
    );
    let ratios = figures.ratios();
    let peers: Vec<_> = PEERS
        .iter()
        .filter_map(|(name, colour)| Some((ratios.iter().find(|ratio| ratio.name == *name)?, *colour)))
        .collect();
    text(
        &mut svg,
        8.0,
        14.0,
        "time of the other over the time of native code at x86-64-v2: right of 1, native is faster",
    );
    for (i, (ratio, colour)) in peers.iter().enumerate() {
        let x = LEFT + 150.0 * i as f64;
        mark(&mut svg, x, 25.0, colour, &ratio.name);
        text(&mut svg, x + 8.0, 28.0, &ratio.name);
    }
    let mut tick = LEAST;
    while tick <= MOST {
        let x = place(tick);
        let colour = if tick == 1.0 { "#000000" } else { "#dddddd" };
        add(
            &mut svg,
            format_args!("<line x1=\"{x:.1}\" y1=\"{TOP}\" x2=\"{x:.1}\" y2=\"{height}\" stroke=\"{colour}\"/>"),
        );
        text(&mut svg, x - 6.0, TOP - 4.0, &tick.to_string());
        tick *= 2.0;
    }
    let mut y = TOP;
    for group in groups {
        y += LINE;
        add(&mut svg, format_args!("<text x=\"8\" y=\"{y}\" font-weight=\"bold\">{group}</text>"));
        for row in figures.rows.iter().filter(|row| row.group == group) {
            y += LINE;
            text(&mut svg, 16.0, y, &row.kernel);
            for (ratio, colour) in &peers {
                if let Some(figure) = figures.ratio(row, ratio) {
                    mark(&mut svg, place(figure), y - 3.5, colour, &format!("{}: {figure:.2}", ratio.name));
                }
            }
        }
    }
    svg + "</svg>\n"
}

/// Where a ratio is on the scale.
fn place(ratio: f64) -> f64 {
    let ratio = ratio.clamp(LEAST, MOST);
    LEFT + WIDTH * (ratio / LEAST).log2() / (MOST / LEAST).log2()
}

fn mark(svg: &mut String, x: f64, y: f64, colour: &str, title: &str) {
    add(
        svg,
        format_args!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"{colour}\" fill-opacity=\"0.8\"><title>{title}</title></circle>"),
    );
}

fn text(svg: &mut String, x: f64, y: f64, text: &str) {
    add(svg, format_args!("<text x=\"{x:.1}\" y=\"{y:.1}\">{text}</text>"));
}

fn add(svg: &mut String, element: std::fmt::Arguments<'_>) {
    writeln!(svg, "{element}").expect("writing to a String");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::tests::figures;

    #[test]
    fn every_ratio_of_a_peer_has_a_mark() {
        let svg = svg(&figures());
        // Three peers in the legend; two ratios of pir, two of clang alone, three of the best clang.
        assert_eq!(svg.matches("<circle").count(), 3 + 2 + 2 + 3);
        assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n"));
    }

    #[test]
    fn the_scale_is_logarithmic_and_has_ends() {
        assert_eq!(place(0.01), LEFT);
        assert_eq!(place(1e9), LEFT + WIDTH);
        assert!((place(2.0) - (place(1.0) + place(4.0)) / 2.0).abs() < 1e-9);
    }
}
