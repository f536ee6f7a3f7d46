// What is counted in the process itself: for a minute from a caller's first request, and bounded.
import { expect, it, onTestFinished, vi } from 'vitest';
import { countHere } from '../src/http/counts.ts';
import { heapUsed } from './support/heap.ts';

const minute = 60_000;

/** A counter whose time passes as the test says. */
function startCounting() {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
  return countHere();
}

it('a count lasts for a minute from its first request, whenever that was', () => {
  const { add } = startCounting();
  vi.advanceTimersByTime(10_000);
  expect(add('early')).toEqual({ hits: 1, endsIn: minute });
  vi.advanceTimersByTime(45_000);
  expect(add('late')).toEqual({ hits: 1, endsIn: minute });
  vi.advanceTimersByTime(14_999);
  expect(add('early')).toEqual({ hits: 2, endsIn: 1 });
  vi.advanceTimersByTime(1);
  expect(add('early')).toEqual({ hits: 1, endsIn: minute });
  vi.advanceTimersByTime(44_999);
  expect(add('late')).toEqual({ hits: 2, endsIn: 1 });
  vi.advanceTimersByTime(1);
  expect(add('late')).toEqual({ hits: 1, endsIn: minute });
  vi.advanceTimersByTime(14_999);
  expect(add('early')).toEqual({ hits: 2, endsIn: 1 });
});

it('what one request was told is not changed by the next', () => {
  const { add } = startCounting();
  const [first, second] = [add('alice'), add('alice')];
  expect([first.hits, second.hits]).toEqual([1, 2]);
});

it('callers who do not come again are forgotten, also when nobody else comes', () => {
  const { add, close } = startCounting();
  const before = heapUsed();
  for (let caller = 0; caller < 50_000; caller += 1) add(`${'x'.repeat(1_000)}${caller}`);
  const kept = heapUsed() - before;
  expect(kept).toBeGreaterThan(10_000_000);
  vi.advanceTimersByTime(2 * minute);
  expect(heapUsed() - before).toBeLessThan(kept / 4);
  expect(add('alice').hits).toBe(1);
  close();
  expect(vi.getTimerCount()).toBe(0);
});
