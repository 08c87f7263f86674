import { html, nothing, svg, type TemplateResult } from 'lit/html.js';

/** Values that a sparkline has room for. */
const capacity = 30;
const step = 2;
const width = (capacity - 1) * step + 2;
const height = 14;

/** The line through the values, the newest at the right edge and the largest at the top; empty for fewer than two. */
export function sparklinePath(values: readonly number[]): string {
  const shown = values.slice(-capacity);
  if (shown.length < 2) return '';
  const largest = Math.max(...shown, 1);
  const points = shown.map((value, i) => {
    const x = width - 1 - (shown.length - 1 - i) * step;
    const y = height - 1 - (value / largest) * (height - 2);
    return `${x} ${Math.round(y * 10) / 10}`;
  });
  return `M${points.join('L')}`;
}

/** How a rate went in the last half minute. Its numbers stand beside it, so it is no picture to be read out. */
export function sparkline(values: readonly number[] | undefined): TemplateResult {
  const path = sparklinePath(values ?? []);
  return html`<svg class="sparkline" aria-hidden="true" focusable="false" width=${width} height=${height} viewBox="0 0 ${width} ${height}"
    >${path === '' ? nothing : svg`<path d=${path}></path>`}</svg
  >`;
}
