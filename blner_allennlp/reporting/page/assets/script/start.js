// ---- Start ---------------------------------------------------------------------------------------------------

startTheme();
startTables();
startFilters();
startCharts();
startErrors();
startBrowser();
