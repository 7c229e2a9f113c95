"""Where a balance is heading: features, model, rivals, adaptation to the person, backtest and gate."""
