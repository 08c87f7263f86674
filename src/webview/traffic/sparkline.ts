import { html, nothing, svg, type TemplateResult } from 'lit/html.js';

/** Values that a sparkline has room for. A bar and the space beside it take `step`. */
const capacity = 30;
const step = 2;
const width = capacity * step;
const height = 14;
/** What nothing looks like, so that it differs from a time before the panel. */
const least = 0.5;

/** A bar for each value, the newest at the right edge, the largest as high as there is room; empty without values. */
export function sparklinePath(values: readonly number[]): string {
  const shown = values.slice(-capacity);
  const largest = Math.max(...shown, 1);
  const bars = shown.map((value, i) => {
    const x = width - 1.5 - (shown.length - 1 - i) * step;
    const bar = Math.max(least, (value / largest) * (height - 1));
    return `M${x} ${height}V${Math.round((height - bar) * 10) / 10}`;
  });
  return bars.join('');
}

/** How a rate went in the last half minute. Its numbers stand beside it, so it is no picture to be read out. */
export function sparkline(values: readonly number[] | undefined): TemplateResult {
  const path = sparklinePath(values ?? []);
  return html`<svg class="sparkline" aria-hidden="true" focusable="false" width=${width} height=${height} viewBox="0 0 ${width} ${height}"
    >${path === '' ? nothing : svg`<path d=${path}></path>`}</svg
  >`;
}
