#pragma once

#include "core/doctor/finding.h"
#include "ui/widgets/theme.h"

#include <QCoreApplication>
#include <QStringList>

namespace qcc {

/// What the diagnostics found, in the user's language. Values stay as they are, where they are somebody else's words.
class FindingWords
{
    Q_DECLARE_TR_FUNCTIONS(FindingWords)

public:
    static QString sentence(const Finding &finding);
    /// What to do about it; between two "`" stands what can be typed. Empty where there is nothing to do.
    static QString nextStep(const Finding &finding);
    /// What it belongs to: those of one heading follow each other.
    static QString heading(const Finding &finding);
    /// What was looked at, below its heading.
    static QString label(const Finding &finding);
    static QString of(Verdict verdict);
    static Meaning meaningOf(Verdict verdict);
    static QString copyCommand();

    /// "2 problems, 1 warning".
    static QString title(const QList<Finding> &findings);
    static Meaning meaningOf(const QList<Finding> &findings);
    /// What could not be looked at; empty: everything was.
    static QString unknown(const QList<Finding> &findings);
    /// All of it, to be passed on.
    static QString text(const QList<Finding> &findings);

    /// The patterns of core that are known here.
    static QStringList known();
};

} // namespace qcc
