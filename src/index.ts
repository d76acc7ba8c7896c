export * from './records.js'
export * from './storage.js'
