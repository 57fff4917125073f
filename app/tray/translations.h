#pragma once

#include <QTranslator>

namespace qcc {

/// The language of all screens.
/// Thread: the GUI thread.
class Translations
{
public:
    Translations() = default;
    ~Translations();
    Q_DISABLE_COPY_MOVE(Translations)

    /// "en", "zh_CN"; empty: the system's. Numbers and dates follow. Screens hear of it by QEvent::LanguageChange.
    void use(const QString &language);

private:
    void remove();

    QTranslator m_own;
    QTranslator m_qt;
};

} // namespace qcc
