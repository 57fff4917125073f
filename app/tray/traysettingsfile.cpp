#include "app/tray/traysettingsfile.h"

#include "core/base/files.h"

#include <QFile>
#include <QSettings>
#include <QTemporaryFile>

#include <algorithm>
#include <array>
#include <iterator>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

// Each list is in the order of its enumerators: the position is the value.
constexpr std::array themeWords{"system"_L1, "light"_L1, "dark"_L1};
constexpr std::array trayColourWords{"automatic"_L1, "light"_L1, "dark"_L1, "colour"_L1};
constexpr std::array clickWords{"nothing"_L1, "open_window"_L1, "start_stop"_L1, "open_menu"_L1, "open_panel"_L1};
constexpr std::array<QLatin1String, noticeCount> noticeKeys{"failed_over"_L1, "all_down"_L1, "recovered"_L1, "port_in_use"_L1,
                                                            "key_rejected"_L1};
constexpr std::array languages{"en"_L1, "zh_CN"_L1};

template <typename T, std::size_t count>
T fromWordIn(const std::array<QLatin1String, count> &words, const QVariant &word, T fallback)
{
    const auto found = std::ranges::find(words, word.toString());
    return found == words.end() ? fallback : static_cast<T>(std::distance(words.begin(), found));
}

template <typename T, std::size_t count>
QString wordIn(const std::array<QLatin1String, count> &words, T value)
{
    return words[static_cast<std::size_t>(value)];
}

bool switchIn(const QVariant &word, bool fallback)
{
    const QString text = word.toString();
    return text == "on"_L1 || (text != "off"_L1 && fallback);
}

QString stateKey(const QString &name)
{
    return "state/"_L1 + name;
}

/// What can be read of a file that is no good INI; the file itself is gone then. QSettings would go on calling it bad after it
/// was written well, and hide that it could not be.
QVariantHash takeFromGarbled(const QString &path)
{
    const QSettings file(path, QSettings::IniFormat);
    QVariantHash values;
    for (const QString &key : file.allKeys())
        values.insert(key, file.value(key));
    // Known only now: sections are read when they are asked for.
    if (file.status() != QSettings::FormatError)
        return {};
    QFile::remove(path);
    return values;
}

/// Qt 6.4 takes a small file that found no room for a good one, and leaves an empty one in its place: the room is tried first.
bool hasRoomBeside(const QString &path)
{
    constexpr qsizetype moreThanAnyState = 64 * 1024;
    QTemporaryFile attempt(path + QStringLiteral(".XXXXXX"));
    return attempt.open() && attempt.write(QByteArray(moreThanAnyState, ' ')) == moreThanAnyState && attempt.flush();
}

template <typename Change>
Result<void> write(const QString &path, const Change &change)
{
    const Failure failure{ErrorCode::WriteFailed, QStringLiteral("%1 cannot be written.").arg(path),
                          QStringLiteral("Check the permissions of its folder, and whether the disk is full.")};
    if (!hasRoomBeside(path))
        return failure;
    const QVariantHash readable = takeFromGarbled(path);
    QSettings file(path, QSettings::IniFormat);
    for (auto it = readable.begin(); it != readable.end(); ++it)
        file.setValue(it.key(), it.value());
    change(file);
    file.sync();
    if (file.status() != QSettings::NoError || !narrow(path, QFile::ReadOwner | QFile::WriteOwner))
        return failure;
    return {};
}

} // namespace

TraySettings TraySettingsFile::load() const
{
    const QSettings file(m_path, QSettings::IniFormat);
    TraySettings settings;
    const QString language = file.value("language"_L1).toString();
    if (std::ranges::find(languages, language) != languages.end())
        settings.language = language;
    settings.theme = fromWordIn(themeWords, file.value("theme"_L1), settings.theme);
    settings.trayIcon = fromWordIn(trayColourWords, file.value("tray_icon"_L1), settings.trayIcon);
    settings.leftClick = fromWordIn(clickWords, file.value("left_click"_L1), settings.leftClick);
    settings.middleClick = fromWordIn(clickWords, file.value("middle_click"_L1), settings.middleClick);
    for (std::size_t i = 0; i < noticeKeys.size(); ++i)
        settings.notices[i] = switchIn(file.value("notices/"_L1 + noticeKeys[i]), settings.notices[i]);
    return settings;
}

Result<void> TraySettingsFile::save(const TraySettings &settings)
{
    return write(m_path, [&settings](QSettings &file) {
        file.setValue("language"_L1, settings.language.isEmpty() ? u"system"_s : settings.language);
        file.setValue("theme"_L1, wordIn(themeWords, settings.theme));
        file.setValue("tray_icon"_L1, wordIn(trayColourWords, settings.trayIcon));
        file.setValue("left_click"_L1, wordIn(clickWords, settings.leftClick));
        file.setValue("middle_click"_L1, wordIn(clickWords, settings.middleClick));
        for (std::size_t i = 0; i < noticeKeys.size(); ++i)
            file.setValue("notices/"_L1 + noticeKeys[i], settings.notices[i] ? u"on"_s : u"off"_s);
    });
}

QByteArray TraySettingsFile::state(const QString &name) const
{
    return QByteArray::fromBase64(QSettings(m_path, QSettings::IniFormat).value(stateKey(name)).toByteArray());
}

Result<void> TraySettingsFile::setState(const QString &name, const QByteArray &state)
{
    return write(m_path, [&](QSettings &file) { file.setValue(stateKey(name), QString::fromLatin1(state.toBase64())); });
}

} // namespace qcc
