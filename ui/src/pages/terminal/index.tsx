export { default } from './TerminalPage';
