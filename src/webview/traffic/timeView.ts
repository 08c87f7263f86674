import { html, type TemplateResult } from 'lit/html.js';

/** A time of day of which a narrow panel leaves the milliseconds out. */
export function timeView(time: string): TemplateResult {
  const dot = time.lastIndexOf('.');
  return html`${time.slice(0, dot)}<span class="millis">${time.slice(dot)}</span>`;
}
