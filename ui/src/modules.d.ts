declare module "*.po" {
  export const messages: import("@lingui/core").Messages;
}

declare module "echarts/i18n/langDE-obj.js" {
  const words: Parameters<typeof import("echarts/core").registerLocale>[1];
  export default words;
}
