import type { Frame } from 'playwright-core';

/** What the panel's page saw while it was measured. */
export interface PageMeasure {
  /** Times between frames drawn, in ms. */
  readonly frames: readonly number[];
  /** The longest task of the page's thread, in ms; 0 when none took 50 ms. */
  readonly longestTask: number;
  /** Frames of traffic that the host posted. */
  readonly posts: number;
  readonly seconds: number;
  /** Of each message that came on screen, ms from its publication to the frame that drew it. */
  readonly drawn: readonly number[];
}

/**
 * Begins to measure in the panel's page, and to scroll its list when asked: down and up again, a third of a row a frame.
 * It runs in the page, hence as text: the compiler of the tests knows no browser.
 */
export async function beginMeasure(frame: Frame, scrolling: boolean): Promise<void> {
  await frame.evaluate(`(() => {
    const measure = { frames: [], longestTask: 0, posts: 0, drawn: [], began: performance.now(), on: true };
    globalThis.measure = measure;
    const scroller = document.querySelector('.scroller');
    const tasks = new PerformanceObserver((list) => {
      for (const task of list.getEntries()) measure.longestTask = Math.max(measure.longestTask, task.duration);
    });
    tasks.observe({ type: 'longtask' });
    const posted = (event) => { if (event.data?.kind === 'frame') measure.posts++; };
    addEventListener('message', posted);
    let last = performance.now();
    let newest = -1;
    let step = -7;
    let steps = 0;
    const draw = (now) => {
      if (!measure.on) { tasks.disconnect(); removeEventListener('message', posted); return; }
      measure.frames.push(now - last);
      last = now;
      if (${scrolling}) {
        if (++steps % 120 === 0) step = -step;
        scroller.scrollTop += step;
      } else {
        const time = performance.timeOrigin + performance.now();
        const before = newest;
        for (const row of document.querySelectorAll('.row.message')) {
          const found = /"at":([0-9.]+),"number":([0-9]+)/.exec(row.textContent);
          if (found === null || Number(found[2]) <= before) continue;
          newest = Math.max(newest, Number(found[2]));
          measure.drawn.push(time - Number(found[1]));
        }
      }
      requestAnimationFrame(draw);
    };
    requestAnimationFrame(draw);
  })()`);
}

/** Ends the measurement. */
export async function endMeasure(frame: Frame): Promise<PageMeasure> {
  return frame.evaluate<PageMeasure>(`(() => {
    const { frames, longestTask, posts, drawn, began } = globalThis.measure;
    globalThis.measure.on = false;
    return { frames: frames.slice(1), longestTask, posts, drawn, seconds: (performance.now() - began) / 1000 };
  })()`);
}
