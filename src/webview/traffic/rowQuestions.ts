import type { TrafficPlace, ViewRequest } from '../../protocol/traffic';
import type { HostPort } from './hostPort';

type Question = Extract<ViewRequest, { kind: 'beside' | 'atTime' }>;

/** After so long without an answer a question is taken for lost. ms */
const patienceMs = 3_000;

/**
 * Asks the capture thread where rows are, one question at a time. An answer is of use only together with a frame of its
 * generation, so it waits for that.
 */
export class RowQuestions {
  private answered: ((ordinal: number | undefined) => void) | undefined;
  private askedAt = 0;
  private place: TrafficPlace | undefined;

  constructor(private readonly port: HostPort) {}

  /** Whether an answer is on the way. */
  get busy(): boolean {
    return this.answered !== undefined && performance.now() - this.askedAt < patienceMs;
  }

  /** @param answered gets the row's ordinal, or undefined when there is no such row */
  ask(question: Question, answered: (ordinal: number | undefined) => void): void {
    this.answered = answered;
    this.askedAt = performance.now();
    this.place = undefined;
    this.port.post(question);
  }

  placeArrived(place: TrafficPlace, generation: number | undefined): void {
    this.place = place;
    this.generationShown(generation);
  }

  /** To be called with every frame. */
  generationShown(generation: number | undefined): void {
    const { place, answered } = this;
    if (place === undefined || generation === undefined || place.generation > generation) return;
    this.forget();
    if (place.generation === generation) answered?.(place.ordinal);
  }

  /** What was asked for will have no answer. */
  forget(): void {
    this.place = undefined;
    this.answered = undefined;
  }
}
