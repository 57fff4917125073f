#pragma once

#include "core/config/config.h"

#include <QMap>
#include <QString>

namespace qcc {

// What an endpoint adds to every request that goes to it: fields of the header, and parameters of the query. Their values may be somebody's
// secret, so that nothing shows or logs them.

/// What is wrong with `value` as a header field called `name`, as the rest of a sentence about it ("must …"); empty when nothing is. The value
/// never gets into it.
/// Source: RFC 9110 §5.1, §5.5, §7.6.1.
QString ownHeaderFault(const QString &name, const QString &value);

/// The same for a parameter of the query, in plain text, not yet encoded.
QString ownParameterFault(const QString &name, const QString &value);

/// A header's name that stands in `headers` twice, in capitals and in small letters; empty for none. A server would see the field twice.
QString nameGivenTwice(const QMap<QString, QString> &headers);

/// `fields` as they may be shown.
QMap<QString, QString> maskedValues(QMap<QString, QString> fields);

/// `text`, which the endpoint has written, without the endpoint's key and without the values of its own fields, which it may quote. Those of less
/// than eight characters are words that stand in other places, too.
QString withoutSecretsOf(const Endpoint &endpoint, QString text);

} // namespace qcc
