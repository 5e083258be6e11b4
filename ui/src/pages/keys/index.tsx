export { default } from './KeysPage';
