// One tab stop for a set of elements; the arrow keys move within it.

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

export function rove(container, items) {
  items.forEach((item, place) => (item.tabIndex = place === 0 ? 0 : -1));
  const move = (item) => {
    items.forEach((other) => (other.tabIndex = other === item ? 0 : -1));
    item.focus();
  };
  container.onkeydown = (event) => {
    const here = items.indexOf(document.activeElement);
    if (here < 0) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      document.activeElement.click();
    } else if (event.key in STEPS) {
      event.preventDefault();
      move(items.at((here + STEPS[event.key]) % items.length));
    }
  };
}
