//! Runs the traffic lights for a minute, with a car on the side road from time to time.

use crossing::{Inputs, Light, Lights, Runner, State, Tuple0, START};

/// One minute of the crossing: the state after each second, and what the design traced.
fn simulate(mut traced: impl FnMut(u32, String), mut shown: impl FnMut(u32, State, Lights)) {
    let mut runner = Runner::new();
    let mut state = START;
    for second in 0..60 {
        let inputs = Inputs { car_on_side: second % 20 == 3, button: second % 25 == 24 };
        let (Tuple0(next, lights), events) = runner.run_with_events(&state, &inputs);
        assert!(events.failures().is_empty(), "{:?}", events.failures());
        for trace in events.traces() {
            traced(second, trace.to_string());
        }
        state = next;
        shown(second, state, lights);
    }
}

fn colour(light: Light) -> &'static str {
    light.name().unwrap_or("no colour")
}

fn main() {
    simulate(
        |second, text| println!("{second:2} s: {text}"),
        |second, _, lights| println!("{second:2} s: main {}, side {}", colour(lights.main), colour(lights.side)),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_side_road_gets_green_and_each_change_is_traced() {
        let (mut traces, mut changes, mut last) = (Vec::new(), 0, START.phase);
        let mut side_green = 0;
        simulate(
            |_, text| traces.push(text),
            |_, state, lights| {
                changes += usize::from(state.phase != last);
                last = state.phase;
                side_green += usize::from(lights.side == Light::GREEN);
            },
        );
        assert_eq!(traces.len(), changes);
        assert!(side_green >= 10, "{side_green}");
        // A trace shows the number of an enum's value.
        assert_eq!(traces[0], "after 23 s: Phase::0 -> Phase::1");
    }
}
