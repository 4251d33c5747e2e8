use super::*;

const NODE: Node = Node { width: 100, height: 40, good_end: false };

fn plan(nodes: usize, links: &[(usize, usize, bool)]) -> Plan {
    let link = |(from, to, aside): &(usize, usize, bool)| Link { from: *from, to: *to, aside: *aside, label: None };
    Plan { nodes: vec![NODE; nodes], links: links.iter().map(link).collect(), start: Some(0) }
}

/// Whether a line goes through the inside of a node.
fn hits(stroke: &Stroke, node: Point) -> bool {
    let (left, right, top, bottom) = (node.x - 49, node.x + 49, node.y - 19, node.y + 19);
    stroke.points.windows(2).any(|ends| {
        let (a, b) = (ends[0], ends[1]);
        a.x.max(b.x) > left && a.x.min(b.x) < right && a.y.max(b.y) > top && a.y.min(b.y) < bottom
    })
}

/// Some machine, always the same one for the same seed.
fn random(seed: u64) -> Plan {
    let mut draw = drawing_lots(seed);
    let nodes = 3 + draw(12);
    let links = 2 + draw(3 * nodes);
    let mut plan = plan(nodes, &[]);
    for _ in 0..links {
        let label = (draw(2) == 0).then(|| (20 + number(draw(150)), 12 + number(draw(40))));
        plan.links.push(Link { from: draw(nodes), to: draw(nodes), aside: draw(3) == 0, label });
    }
    plan
}

fn drawing_lots(seed: u64) -> impl FnMut(usize) -> usize {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    move |below| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap() % below
    }
}

#[test]
fn the_main_way_is_a_straight_column() {
    let layout = lay_out(&plan(5, &[(0, 1, false), (1, 2, false), (0, 3, true), (1, 3, true), (3, 4, false)]));
    let of = |node: usize| layout.nodes[node];
    assert_eq!((of(0).x, of(1).x), (of(1).x, of(2).x));
    assert!(of(0).y < of(1).y && of(1).y < of(2).y && of(3).x > of(0).x);
}

#[test]
fn lines_of_one_kind_to_one_node_run_together() {
    let layout =
        lay_out(&plan(5, &[(0, 1, false), (1, 2, false), (2, 3, false), (0, 4, true), (1, 4, true), (2, 4, true)]));
    let arrows = layout.strokes.iter().filter(|stroke| stroke.arrow && stroke.links.contains(&3));
    assert_eq!(arrows.map(|stroke| stroke.links.clone()).collect::<Vec<_>>(), [[3, 4, 5]]);
}

#[test]
fn a_circle_is_drawn_with_one_line_that_leads_up() {
    let layout = lay_out(&plan(3, &[(0, 1, false), (1, 0, false), (1, 2, false), (2, 2, false)]));
    let up: Vec<_> = layout.strokes.iter().filter(|stroke| stroke.back && stroke.arrow).collect();
    assert_eq!(up.len(), 1);
    assert_eq!(up[0].links, [1]);
}

#[test]
fn nothing_is_drawn_over_a_node_or_a_label_whatever_the_machine() {
    for seed in 1..150 {
        let plan = random(seed);
        let layout = lay_out(&plan);
        for (number, one) in layout.nodes.iter().enumerate() {
            for other in layout.nodes.iter().skip(number + 1) {
                assert!(
                    (one.x - other.x).abs() >= 100 || (one.y - other.y).abs() >= 40,
                    "{seed}: two nodes in one place"
                );
            }
            for stroke in &layout.strokes {
                assert!(!hits(stroke, *one), "{seed}: {stroke:?} goes through {one:?}");
            }
            assert!(one.x >= 50 && one.x + 50 <= layout.width && one.y + 20 <= layout.height, "{seed}: outside");
        }
        for (link, place) in plan.links.iter().zip(&layout.labels) {
            let (Some((width, height)), Some(place)) = (link.label, place) else { continue };
            for stroke in &layout.strokes {
                let through = stroke.points.windows(2).any(|ends| {
                    let (a, b) = (ends[0], ends[1]);
                    a.x.max(b.x) >= place.x
                        && a.x.min(b.x) <= place.x + width
                        && a.y.max(b.y) > place.y
                        && a.y.min(b.y) < place.y + height
                });
                assert!(!through, "{seed}: {stroke:?} goes through a label");
            }
        }
    }
}

#[test]
fn the_same_plan_gives_the_same_picture() {
    assert_eq!(format!("{:?}", lay_out(&random(7))), format!("{:?}", lay_out(&random(7))));
}
