import assert from 'node:assert/strict';
import { Failure, isFailure, toFailure } from '../../src/core/failure';

describe('failure', () => {
  it('is written as code, message and hint, without cause and stack', () => {
    const failure = new Failure('timeout', 'Too late.', { hint: 'Wait.', cause: new Error('s3cret') });
    assert.deepEqual(JSON.parse(JSON.stringify(failure)), {
      code: 'timeout',
      message: 'Too late.',
      hint: 'Wait.',
    });
  });

  it('has an empty hint and no cause where none was given', () => {
    const failure = new Failure('argument', 'No.');
    assert.deepEqual([failure.hint, 'cause' in failure], ['', false]);
  });

  it('is known by its name, since each bundle has a class of its own', () => {
    const foreign = Object.assign(new Error('x'), { name: 'Failure', code: 'server', hint: '' });
    assert.equal(isFailure(foreign), true);
    for (const value of [
      new Error('x'),
      null,
      undefined,
      'Failure',
      { name: 'Failure', code: 'x', hint: '' },
    ]) {
      assert.equal(isFailure(value), false);
    }
  });

  it('is made of whatever was thrown', () => {
    const failure = new Failure('server', 'No.');
    assert.equal(toFailure(failure), failure);
    const error = new TypeError('x is undefined');
    assert.deepEqual(
      [toFailure(error).code, toFailure(error).message, toFailure(error).cause],
      ['internal', 'x is undefined', error],
    );
    assert.equal(toFailure('text').message, 'text');
  });
});
