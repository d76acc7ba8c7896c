import type { Awaitable } from './hooks.js'

const isPromised = <T>(answer: Awaitable<T>): answer is Promise<T> =>
  typeof answer === 'object' && answer !== null && 'then' in answer

/**
 * Go on with what a host answers: without a wait when the answer is there already, as it mostly is. Six functions of a refresh would
 * otherwise wait for two answers, each with a promise and a turn of the queue of its own.
 */
export const upon = <T, Result>(answer: Awaitable<T>, proceed: (answer: T) => Awaitable<Result>): Awaitable<Result> =>
  isPromised(answer) ? Promise.resolve(answer).then(proceed) : proceed(answer)
