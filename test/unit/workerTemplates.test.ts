import assert from 'node:assert/strict';
import { isFailure } from '../../src/core/failure';
import { templateDescriptions, workerOptions, workerTemplates } from '../../src/core/workerTemplates';

function refused(expected: RegExp) {
  return (error: unknown): boolean =>
    isFailure(error) && error.code === 'argument' && expected.test(error.message);
}

describe('workerOptions', () => {
  it('fills in the defaults of every template', () => {
    for (const template of workerTemplates) {
      const options = workerOptions(template, {});
      assert.deepEqual(Object.keys(options), Object.keys(templateDescriptions[template].options));
    }
    assert.deepEqual(workerOptions('queueProducer', { rate: 10 }), {
      rate: 10,
      count: 0,
      message: '{"order":{n}}',
      consume: 'tail',
      delaySeconds: 0,
      delayed: '{queue}:delayed',
      unit: 'seconds',
    });
  });

  it('refuses what a template does not know or cannot do', () => {
    assert.throws(() => workerOptions('queueWorker', { rate: 1 }), refused(/"rate"/));
    assert.throws(() => workerOptions('queueWorker', { constructor: 1 }), refused(/"constructor"/));
    assert.throws(() => workerOptions('queueProducer', { rate: 0 }), refused(/"rate"/));
    assert.throws(() => workerOptions('queueProducer', { rate: Number.NaN }), refused(/"rate"/));
    assert.throws(() => workerOptions('queueProducer', { rate: '5' }), refused(/"rate"/));
    assert.throws(() => workerOptions('queueProducer', { count: 1.5 }), refused(/"count"/));
    assert.throws(() => workerOptions('queueProducer', { message: '' }), refused(/"message"/));
    assert.throws(() => workerOptions('queueProducer', { consume: 'left' }), refused(/"consume"/));
    assert.throws(
      () => workerOptions('queueWorker', { drain: 'yes' }),
      refused(/"drain" must be true or false/),
    );
    assert.throws(() => workerOptions('queueWorker', { failureRate: 2 }), refused(/a number from 0 to 1/));
    assert.throws(
      () => workerOptions('reliableWorker', { crashAt: 'soon' }),
      refused(/never, leased, taken/),
    );
    assert.throws(() => workerOptions('streamProducer', { message: '{random:9-1}' }), refused(/no range/));
  });
});
