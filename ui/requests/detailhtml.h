#pragma once

#include "core/facts/exchangerecord.h"
#include "ui/model/runningview.h"
#include "ui/widgets/colours.h"

#include <QCoreApplication>
#include <QPalette>

namespace qcc {

/// The texts of the detail pane as rich text in the colours of a palette. All that comes from outside is escaped.
class DetailHtml
{
    Q_DECLARE_TR_FUNCTIONS(DetailHtml)

public:
    explicit DetailHtml(const QPalette &palette);

    /// Name and value of each fact, one after the other; a fact is not broken over two lines.
    QString facts(const ExchangeRecord &exchange) const;
    QString facts(const RunningView &exchange, double ageMs) const;
    /// What became of each attempt, and who said what about it.
    QString attempts(const ExchangeRecord &exchange) const;
    QString marked(const QString &mark, Meaning meaning, const QString &text) const;

    /// A word too long for a line may be broken: labels would cut it off.
    static QString breakable(const QString &text);

private:
    QString fact(const QString &name, const QString &value) const;
    QString colour(Meaning meaning) const;

    QPalette m_palette;
};

} // namespace qcc
