export * from './connection';
export * from './hooks';
export * from './http';
export { connection, sessions, type Session, type SessionState } from './session';
export * from './value';
