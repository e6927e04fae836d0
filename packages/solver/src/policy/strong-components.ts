/** By node: the number of its strongly connected component (Tarjan 1972, without recursion). */
export function strongComponents(edges: readonly (readonly number[])[]): number[] {
  const components = edges.map(() => -1);
  const order = edges.map(() => 0);
  const low = edges.map(() => 0);
  const open: number[] = [];
  let next = 1;
  let count = 0;
  for (let root = 0; root < edges.length; root++) {
    const path = order[root] === 0 ? [{ node: root, edge: 0 }] : [];
    for (let last = path.at(-1); last !== undefined; last = path.at(-1)) {
      const { node } = last;
      if (order[node] === 0) {
        order[node] = low[node] = next++;
        open.push(node);
      }
      const target = (edges[node] as readonly number[])[last.edge++];
      if (target === undefined) {
        path.pop();
        finish(node, path.at(-1)?.node);
      } else if (order[target] === 0) {
        path.push({ node: target, edge: 0 });
      } else if (components[target] === -1) {
        low[node] = Math.min(low[node] as number, order[target] as number);
      }
    }
  }
  return components;

  function finish(node: number, parent: number | undefined): void {
    if (parent !== undefined) {
      low[parent] = Math.min(low[parent] as number, low[node] as number);
    }
    if (low[node] === order[node]) {
      let member: number;
      do {
        member = open.pop() as number;
        components[member] = count;
      } while (member !== node);
      count++;
    }
  }
}
