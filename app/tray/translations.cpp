#include "app/tray/translations.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>

namespace qcc {

Translations::~Translations()
{
    remove();
}

void Translations::use(const QString &language)
{
    remove();
    const QLocale locale = language.isEmpty() ? QLocale::system() : QLocale(language);
    QLocale::setDefault(locale);
    // Whoever reads none of our languages gets the English of the sources, whose plurals are in a file.
    if (m_own.load(locale, QStringLiteral("qcc"), QStringLiteral("_"), QStringLiteral(":/i18n"))
        || m_own.load(QStringLiteral(":/i18n/qcc_en.qm")))
        QCoreApplication::installTranslator(&m_own);
    if (m_qt.load(locale, QStringLiteral("qtbase"), QStringLiteral("_"), QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        QCoreApplication::installTranslator(&m_qt);
}

void Translations::remove()
{
    if (!QCoreApplication::instance())
        return;
    QCoreApplication::removeTranslator(&m_own);
    QCoreApplication::removeTranslator(&m_qt);
}

} // namespace qcc
