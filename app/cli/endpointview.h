#pragma once

#include "core/config/config.h"

#include <QJsonObject>
#include <QStringList>

#include <vector>

namespace qcc::cli {

class Terminal;

/// An endpoint as JSON for scripts; its key is masked.
QJsonObject endpointJson(const Endpoint &endpoint);

/// An endpoint as a row under endpointHeading(); its key is masked.
QStringList endpointRow(const Endpoint &endpoint);
QStringList endpointHeading();

/// What the proxy knows of an endpoint (its object in the stats; empty where it knows nothing), under endpointStateHeading().
QStringList endpointStateRow(const QJsonObject &state);
QStringList endpointStateHeading();

/// Prints aligned columns, the first row as heading.
void printTable(const std::vector<QStringList> &rows, Terminal &terminal);

} // namespace qcc::cli
