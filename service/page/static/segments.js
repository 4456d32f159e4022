// Overlapping spans cut into pieces that do not overlap: each piece knows the spans over it.

// `spans` are [start, end) in string offsets, in the order of the evidence. Returns
// {start, end, over: indices, narrowest first, begins: indices that start here}.
export function segments(length, spans, cuts = []) {
  const edges = [...new Set([0, length, ...cuts, ...spans.flat()])].sort((a, b) => a - b);
  const byStart = spans.map((_, index) => index).sort((a, b) => spans[a][0] - spans[b][0]);
  const width = (index) => spans[index][1] - spans[index][0];
  let next = 0;
  let open = [];
  return edges.slice(0, -1).map((start, place) => {
    const begins = [];
    while (next < byStart.length && spans[byStart[next]][0] === start) begins.push(byStart[next++]);
    open = [...open.filter((index) => spans[index][1] > start), ...begins];
    return { start, end: edges[place + 1], over: [...open].sort((a, b) => width(a) - width(b)), begins };
  });
}
