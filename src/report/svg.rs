//! Plots as SVG that stands inside HTML: no script, no colour that carries meaning alone, a title and a description for
//! those who hear it. The numbers stand in a table beside each plot.

use std::fmt::Write as _;

use super::page::escape;

const WIDTH: f64 = 720.0;
const LEFT: f64 = 56.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 14.0;
const HEIGHT: f64 = 210.0;
const FOOT: f64 = 26.0;

/// What every plot has.
pub struct Plot<'a> {
    /// Unique in the page.
    pub id: &'a str,
    /// What is shown.
    pub title: &'a str,
    /// What it says, in a sentence.
    pub about: &'a str,
    /// Under each place of the axis.
    pub labels: &'a [String],
    /// Writes a value of the axis.
    pub value: &'a dyn Fn(f64) -> String,
}

impl Plot<'_> {
    /// Draws columns: `back` as an outline, `front` filled in it, `line` as a thick step over it. What is missing is left
    /// out.
    pub fn columns(&self, back: &[Option<f64>], front: &[Option<f64>], line: &[Option<f64>]) -> String {
        let highest = back.iter().chain(front).chain(line).flatten().copied().fold(0.0, f64::max);
        let mut frame = self.begin(highest);
        let width = frame.step * 0.76;
        for (class, values) in [("back", back), ("front", front)] {
            for (place, value) in values.iter().enumerate() {
                if let Some(value) = value.filter(|value| *value > 0.0) {
                    let (x, y) = (frame.x(place) - width / 2.0, frame.y(value));
                    frame.add(format_args!(
                        "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{:.1}\"/>",
                        TOP + HEIGHT - y
                    ));
                }
            }
        }
        for (place, value) in line.iter().enumerate() {
            if let Some(value) = value {
                let (x, y) = (frame.x(place), frame.y(*value));
                let (from, to) = (x - frame.step / 2.0, x + frame.step / 2.0);
                frame.add(format_args!("<path class=\"need\" d=\"M{from:.1} {y:.1}H{to:.1}\"/>"));
            }
        }
        frame.end()
    }

    /// Draws shares of one as a curve with points, and their goal as a dashed line.
    pub fn shares(&self, values: &[Option<f64>], goal: f64) -> String {
        let mut frame = self.begin(1.0);
        let mut path = String::new();
        let mut is_down = false;
        for (place, value) in values.iter().enumerate() {
            let Some(value) = value else {
                is_down = false;
                continue;
            };
            let (x, y) = (frame.x(place), frame.y(*value));
            _ = write!(path, "{}{x:.1} {y:.1}", if is_down { 'L' } else { 'M' });
            frame.add(format_args!("<circle class=\"point\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\"/>"));
            is_down = true;
        }
        if !path.is_empty() {
            frame.add(format_args!("<path class=\"curve\" d=\"{path}\"/>"));
        }
        let y = frame.y(goal);
        frame.add(format_args!("<path class=\"goal\" d=\"M{LEFT} {y:.1}H{}\"/>", WIDTH - RIGHT));
        frame.end()
    }

    /// Draws one bar below the other, each with its label.
    pub fn bars(&self, values: &[Option<f64>]) -> String {
        const ROW: f64 = 26.0;
        const NAMES: f64 = 230.0;
        let highest = values.iter().flatten().copied().fold(1.0, f64::max);
        let height = ROW * values.len() as f64 + 8.0;
        let mut out = self.head(height);
        for (place, (label, value)) in self.labels.iter().zip(values).enumerate() {
            let y = ROW * place as f64 + 4.0;
            let length = value.unwrap_or(0.0) / highest * (WIDTH - NAMES - 80.0);
            let written = value.map_or_else(|| "–".to_owned(), |value| (self.value)(value));
            _ = write!(
                out,
                "<text class=\"end\" x=\"{}\" y=\"{:.1}\">{}</text>\
                 <rect class=\"front\" x=\"{NAMES}\" y=\"{y:.1}\" width=\"{length:.1}\" height=\"18\"/>\
                 <text x=\"{:.1}\" y=\"{:.1}\">{}</text>",
                NAMES - 8.0,
                y + 14.0,
                escape(label),
                NAMES + length + 6.0,
                y + 14.0,
                escape(&written)
            );
        }
        out + "</svg>\n"
    }

    fn head(&self, height: f64) -> String {
        let id = self.id;
        format!(
            "<svg role=\"img\" aria-labelledby=\"{id}-t {id}-d\" viewBox=\"0 0 {WIDTH} {height:.0}\">\
             <title id=\"{id}-t\">{}</title><desc id=\"{id}-d\">{}</desc>",
            escape(self.title),
            escape(self.about)
        )
    }

    /// Begins a frame with an axis from 0 to the least round number above the highest value.
    fn begin(&self, highest: f64) -> Frame {
        let tick = tick(highest);
        let top = (highest / tick - 1e-9).ceil().max(1.0) * tick;
        let places = self.labels.len().max(1);
        let step = (WIDTH - LEFT - RIGHT) / places as f64;
        let mut frame = Frame { out: self.head(TOP + HEIGHT + FOOT), top, step };
        for number in 0..=(top / tick).round() as u32 {
            let value = f64::from(number) * tick;
            let y = frame.y(value);
            frame.add(format_args!("<path class=\"grid\" d=\"M{LEFT} {y:.1}H{}\"/>", WIDTH - RIGHT));
            let written = escape(&(self.value)(value));
            frame.add(format_args!(
                "<text class=\"end\" x=\"{}\" y=\"{:.1}\">{written}</text>",
                LEFT - 6.0,
                y + 4.0
            ));
        }
        // As many labels as find room: none may cover another.
        let longest = self.labels.iter().map(|label| label.chars().count()).max().unwrap_or(1).max(1);
        let every = ((longest as f64 * 8.0 + 6.0) / step).ceil().max(1.0) as usize;
        for (place, label) in self.labels.iter().enumerate().step_by(every) {
            let (x, y) = (frame.x(place), TOP + HEIGHT + 18.0);
            frame.add(format_args!("<text class=\"middle\" x=\"{x:.1}\" y=\"{y}\">{}</text>", escape(label)));
        }
        frame
    }
}

struct Frame {
    out: String,
    top: f64,
    step: f64,
}

impl Frame {
    fn x(&self, place: usize) -> f64 {
        LEFT + (place as f64 + 0.5) * self.step
    }

    fn y(&self, value: f64) -> f64 {
        TOP + HEIGHT * (1.0 - value / self.top)
    }

    fn add(&mut self, part: std::fmt::Arguments<'_>) {
        _ = self.out.write_fmt(part);
    }

    fn end(self) -> String {
        self.out + "</svg>\n"
    }
}

/// Returns the least of 1, 2, 5 times a power of ten of which at most five reach the highest value.
fn tick(highest: f64) -> f64 {
    let highest = if highest.is_finite() && highest > 0.0 { highest } else { 1.0 };
    let power = 10_f64.powf((highest / 5.0).log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .map(|times| times * power)
        .into_iter()
        .find(|tick| tick * 5.0 >= highest * 0.999)
        .unwrap_or(highest)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where each label of an axis ends to the left and right, as wide as the widest letters of its font are.
    fn spans(drawn: &str) -> Vec<(f64, f64)> {
        let label =
            regex::Regex::new(r#"class="middle" x="([0-9.]+)" y="[0-9.]+">([^<]*)<"#).expect("a pattern");
        let span = |found: regex::Captures<'_>| {
            let (x, letters) = (found[1].parse::<f64>().expect("a number"), found[2].chars().count() as f64);
            (x - letters * 4.0, x + letters * 4.0)
        };
        label.captures_iter(drawn).map(span).collect()
    }

    #[test]
    fn no_label_of_an_axis_covers_another() {
        for (count, label) in [(9, "≥60 min"), (9, "60 min 0 s and more"), (24, "00"), (92, "12 November")]
        {
            let labels = vec![label.to_owned(); count];
            let plot =
                Plot { id: "p", title: "t", about: "a", labels: &labels, value: &|value| value.to_string() };
            let spans = spans(&plot.columns(&vec![Some(1.0); count], &[], &[]));
            assert!(spans.len() > 1 && spans.windows(2).all(|two| two[0].1 < two[1].0), "{label}: {spans:?}");
        }
        let labels = vec!["≥60 min".to_owned(); 9];
        let plot =
            Plot { id: "p", title: "t", about: "a", labels: &labels, value: &|value| value.to_string() };
        assert_eq!(spans(&plot.columns(&[], &[], &[])).len(), 9, "each class of waits has its label");
    }

    #[test]
    fn ticks_are_round_and_few() {
        for (highest, expected) in
            [(1.0, 0.2), (7.0, 2.0), (10.0, 2.0), (11.0, 5.0), (990.0, 200.0), (0.0, 0.2), (f64::NAN, 0.2)]
        {
            assert!((tick(highest) - expected).abs() < 1e-9, "{highest}: {}", tick(highest));
        }
    }

    #[test]
    fn what_is_missing_is_not_drawn_and_what_is_said_is_escaped() {
        let labels: Vec<String> = ["a", "<b>", "c"].map(str::to_owned).into();
        let plot = Plot {
            id: "p",
            title: "A & B",
            about: "said",
            labels: &labels,
            value: &|value| value.to_string(),
        };
        let drawn =
            plot.columns(&[Some(4.0), None, Some(0.0)], &[Some(2.0), None, None], &[None, Some(1.0), None]);
        assert_eq!(drawn.matches("<rect").count(), 2);
        assert_eq!(drawn.matches("class=\"need\"").count(), 1);
        assert!(drawn.contains("A &amp; B") && drawn.contains("&lt;b&gt;") && !drawn.contains("NaN"));
        let curve = plot.shares(&[Some(0.5), None, Some(1.0)], 0.8);
        assert_eq!(curve.matches('M').count(), 2 + 6 + 1, "two pieces, six lines of the grid, the goal");
        assert!(plot.bars(&[None, Some(1.0), None]).contains("–"));
    }
}
