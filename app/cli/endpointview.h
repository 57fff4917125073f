#pragma once

#include "app/cli/command.h"
#include "app/cli/terminal.h"
#include "core/config/config.h"

#include <QJsonObject>

namespace qcc::cli {

class Terminal;

/// An endpoint as JSON for scripts; its key is masked.
QJsonObject endpointJson(const Endpoint &endpoint);

/// An endpoint as a row under endpointHeading(); its key is masked.
Row endpointRow(const Endpoint &endpoint);
Row endpointHeading();

/// What the proxy knows of an endpoint (its object in the stats; empty where it knows nothing), under endpointStateHeading().
Row endpointStateRow(const QJsonObject &state);
Row endpointStateHeading();

/// Prints aligned columns, the first row as heading, which has no tints of its own.
void printTable(const std::vector<Row> &rows, Terminal &terminal);

/// `endpoint list`. While the proxy runs, it also tells how the endpoints are that the proxy uses.
Command endpointListCommand();

} // namespace qcc::cli
