/** The page's colours around a chart; the colours of the series come with the option. */
function theme(ink: string, muted: string, lines: string, surface: string, darkMode = false) {
  const axis = {
    axisLabel: { color: muted, fontSize: 11 },
    axisLine: { lineStyle: { color: muted } },
    axisTick: { lineStyle: { color: muted } },
    nameTextStyle: { color: muted, fontSize: 11 },
    splitLine: { lineStyle: { color: lines, width: 1 } },
  };
  const label = { color: ink };
  return {
    darkMode,
    textStyle: { fontFamily: "'Inter Variable', sans-serif", color: ink },
    categoryAxis: axis,
    valueAxis: axis,
    timeAxis: axis,
    legend: {
      textStyle: { color: ink, fontSize: 12 },
      pageTextStyle: { color: muted },
      pageIconColor: muted,
      pageIconInactiveColor: lines,
    },
    title: { textStyle: { color: muted }, subtextStyle: { color: muted } },
    visualMap: { textStyle: { color: muted } },
    bar: { label },
    line: { label },
    scatter: { label },
    funnel: { label },
    pie: { label, labelLine: { lineStyle: { color: muted } } },
    gauge: { title: { color: muted }, detail: { color: ink } },
    tooltip: {
      backgroundColor: surface,
      borderColor: lines,
      textStyle: { color: ink, fontSize: 12 },
      axisPointer: {
        lineStyle: { color: muted },
        crossStyle: { color: muted },
        shadowStyle: { color: "rgba(128, 128, 128, 0.12)" },
      },
    },
  };
}

export const themes = {
  light: theme("#343a40", "#5c636b", "#dee2e6", "#ffffff"),
  dark: theme("#d5d7da", "#a6a9ae", "#373a40", "#25262b", true),
};
