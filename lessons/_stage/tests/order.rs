//! The one order: pictures in, pictures out.

use std::collections::VecDeque;

use stage::{Line, arrange, picture};

/// The lines in logical order, or why there is none.
#[track_caller]
fn ordered(cast: &[&str], run: &str) -> String {
    let lines = picture::read(run).expect("the test's run is a picture");
    match arrange(cast, &lines) {
        Ok(placed) => placed.iter().map(|p| format!("{:2} {}\n", p.time, p.line)).collect(),
        Err(disorder) => disorder.to_string(),
    }
}

const THREE: &str = "
  parent ▶ left      fork
  parent ▶ right     fork
    left ▶ pipe      one
   right ▶ pipe      two
    left ▶ pipe      close
   right ▶ pipe      close
  parent ◀ pipe      onetwo
  parent ◀ left      exit 0
  parent ◀ right     exit 0
  parent ◀ pipe      end of file
";

#[test]
fn time_counts_what_had_to_come_before() {
    insta::assert_snapshot!(ordered(&["parent"], THREE), @"
    1     parent ▶ left      fork
    2     parent ▶ right     fork
    2       left ▶ pipe      one
    3       left ▶ pipe      close
    3      right ▶ pipe      two
    4     parent ◀ pipe      onetwo
    4      right ▶ pipe      close
    5     parent ◀ left      exit 0
    6     parent ◀ right     exit 0
    7     parent ◀ pipe      end of file
    ");
}

/// Each process keeps its own order; whose line comes next is drawn by lot.
fn shuffled(lines: &[Line], seed: u64) -> Vec<Line> {
    let mut lanes: Vec<VecDeque<Line>> = Vec::new();
    for line in lines {
        match lanes.iter_mut().find(|lane| lane.front().is_some_and(|l| l.actor == line.actor)) {
            Some(lane) => lane.push_back(line.clone()),
            None => lanes.push(VecDeque::from([line.clone()])),
        }
    }
    let mut lot = seed;
    let mut out = Vec::new();
    while !lanes.is_empty() {
        lot = lot.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let lane = (lot >> 33) as usize % lanes.len();
        out.extend(lanes[lane].pop_front());
        lanes.retain(|lane| !lane.is_empty());
    }
    out
}

#[test]
fn the_order_in_which_lines_come_in_does_not_matter() {
    let lines = picture::read(THREE).expect("a picture");
    let expected = arrange(&["parent"], &lines).expect("an order");
    for seed in 0..1000 {
        let came_in = shuffled(&lines, seed);
        assert_eq!(arrange(&["parent"], &came_in).as_ref(), Ok(&expected), "{came_in:#?}");
    }
}

#[test]
fn a_stream_joins_and_cuts_what_was_written() {
    insta::assert_snapshot!(ordered(&["writer", "reader"], "
  writer ▶ pipe      alpha
  writer ▶ pipe      beta
  writer ▶ pipe      65536 bytes of zeros
  reader ◀ pipe      al
  reader ◀ pipe      phabeta
  reader ◀ pipe      65000 bytes of zeros
  reader ◀ pipe      536 bytes of zeros
"), @"
    1     writer ▶ pipe      alpha
    2     writer ▶ pipe      beta
    2     reader ◀ pipe      al
    3     writer ▶ pipe      65536 bytes of zeros
    3     reader ◀ pipe      phabeta
    4     reader ◀ pipe      65000 bytes of zeros
    5     reader ◀ pipe      536 bytes of zeros
    ");
}

#[test]
fn messages_may_overtake_each_other() {
    insta::assert_snapshot!(ordered(&["sender", "receiver"], "
  sender ▶ queue     low
  sender ▶ queue     high
receiver ◀ queue     high
receiver ◀ queue     low
"), @"
    1     sender ▶ queue     low
    2     sender ▶ queue     high
    3   receiver ◀ queue     high
    4   receiver ◀ queue     low
    ");
}

#[test]
fn memory_is_read_again_and_again() {
    insta::assert_snapshot!(ordered(&["writer", "one", "two"], "
  writer ▶ board     red
     one ◀ board     red
     two ◀ board     red
  writer ▶ board     blue
     one ◀ board     blue
"), @"
    1     writer ▶ board     red
    2        one ◀ board     red
    2        two ◀ board     red
    2     writer ▶ board     blue
    3        one ◀ board     blue
    ");
}

#[test]
fn end_of_file_comes_after_every_close() {
    insta::assert_snapshot!(ordered(&["reader", "a", "b"], "
  reader ◀ pipe      end of file
  reader │ has seen it
       a ▶ pipe      close
       b │ takes its time
       b │ and some more
       b ▶ pipe      close
"), @"
    1          a ▶ pipe      close
    1          b │ takes its time
    2          b │ and some more
    3          b ▶ pipe      close
    4     reader ◀ pipe      end of file
    5     reader │ has seen it
    ");
}

#[test]
fn every_reader_gets_its_own_end_of_file() {
    insta::assert_snapshot!(ordered(&["writer", "one", "two"], "
  writer ▶ pipe      close
     one ◀ pipe      end of file
     two ◀ pipe      end of file
"), @"
    1     writer ▶ pipe      close
    2        one ◀ pipe      end of file
    2        two ◀ pipe      end of file
    ");
}

#[test]
fn what_nobody_sent_cannot_be_got() {
    insta::assert_snapshot!(ordered(&["parent"], "
  parent ▶ child     fork
   child ◀ pipe      a lie
"), @"`child ◀ pipe      a lie` was got, but nobody sent it: announce it with `sends` before the act");
}

#[test]
fn more_cannot_be_got_than_was_sent() {
    insta::assert_snapshot!(ordered(&["writer", "reader"], "
  writer ▶ pipe      10 bytes
  reader ◀ pipe      6 bytes
  reader ◀ pipe      6 bytes
"), @"`reader ◀ pipe      6 bytes` was got, but nobody sent it: announce it with `sends` before the act");
}

#[test]
fn lines_that_wait_for_each_other_are_named() {
    insta::assert_snapshot!(ordered(&["ping", "pong"], "
    ping ◀ pipe      ball
    ping ▶ pipe      racket
    pong ◀ pipe      racket
    pong ▶ pipe      ball
"), @"
    lines wait for each other in a circle:
          ping ◀ pipe      ball
          pong ◀ pipe      racket
    ");
}

#[test]
fn nobody_speaks_before_being_born() {
    insta::assert_snapshot!(ordered(&["parent"], "
  parent │ is alone
stranger │ is here, too
"), @"`stranger │ is here, too` is told by `stranger`, which is not in the cast and was not forked");
}
