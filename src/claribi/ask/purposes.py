"""Words for what a question is after where that is more than a number: why, what comes, what stands out."""

from collections.abc import Mapping
from typing import Any

# By the kind of keyword.
PURPOSES: Mapping[str, Mapping[Any, str]] = {
    "why": {None: "why, what caused, what drove, what explains, reason for, reasons for, cause of"},
    "forecast": {
        None: """
                forecast, forecast for, forecast of, predict, predicted, prediction, projection, projected,
                expected, expect, what will, how will, how many will, how much will, forecasted,
                outlook, outlook for, prognosis
            """
    },
    "outlier": {
        None: """
                outlier, outliers, anomaly, anomalies, unusual, abnormal, anomalous, out of the ordinary,
                unusually high, unusually low, strange, odd, suspicious, special, spike, spikes, stand out,
                stands out, stood out, atypical, irregular, irregularity, extraordinary
            """
    },
}
