/** It could not be had, or was not what a document has to be. Why is for the operator: a stranger could scan ports by it. */
export class DocumentUnavailable extends Error {
  override readonly name = 'DocumentUnavailable'
  /** Whoever published it says that it is not there. */
  readonly gone: boolean

  constructor(message: string, options: { readonly cause?: unknown; readonly gone?: boolean } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.gone = options.gone ?? false
  }
}
