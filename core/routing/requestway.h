#pragma once

#include "core/config/config.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

namespace qcc {

// Which cluster a request goes to: the one that its path names, the one of the first route that it meets, else the active one. Pure.

/// What of a request its way depends on.
struct RequestTraits {
    QString product = {}; ///< Of its User-Agent ("claude-cli").
    QString client = {}; ///< The program that is, as `qcc client` calls it; empty where it is none of those.
    QStringList classes = {}; ///< What it is to its client; requestClassesOf().
    QString model = {}; ///< That it asks for; empty where it names none.
    QString path = {}; ///< Without the query, and without the prefix that names a cluster.
};

/// Whether `text` is as `pattern` says, in which "*" stands for any characters, or none.
bool isLike(QStringView text, QStringView pattern, Qt::CaseSensitivity sensitivity = Qt::CaseSensitive);

/// A condition on a class or a client does not tell capitals from small letters; one that is empty is met.
bool meets(const RequestTraits &request, const RouteRule &rule);

/// The routes that it meets, the first one first. Lifetime: that of `routes`.
QList<const RouteRule *> routesMet(const QList<RouteRule> &routes, const RequestTraits &request);

/// A target whose path begins with "/@NAME", the at sign encoded ("%40") or not.
struct NamedCluster {
    QString name;        ///< Decoded; empty where none stands behind the sign.
    QByteArray target;   ///< The rest, which begins with "/".
};

/// Nothing where the target names no cluster.
std::optional<NamedCluster> namedCluster(QByteArrayView target);

} // namespace qcc
