#pragma once

#include "core/config/configparser.h"
#include "core/config/settings.h"
#include "ui/overview/overviewpage.h"
#include "ui/window/mainwindow.h"

#include <QAbstractScrollArea>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLabel>
#include <QPushButton>

#include <memory>
#include <utility>

namespace qcc::test {

using namespace Qt::StringLiterals;

inline ConfigSnapshot configNamed(const QStringList &names)
{
    QJsonObject json = defaultConfigJson();
    QJsonArray list;
    for (qsizetype i = 0; i < names.size(); ++i)
        list.append(QJsonObject{{u"name"_s, names.at(i)}, {u"base_url"_s, u"https://relay-%1.example/api"_s.arg(QChar(u'a' + static_cast<char16_t>(i % 26)))}, {u"priority"_s, i + 1}, {u"enabled"_s, names.at(i) != u"relay-d"_s}});
    if (!names.isEmpty())
        json.insert(u"clusters"_s, QJsonArray{QJsonObject{{u"name"_s, u"work"_s}, {u"endpoints"_s, list}}, QJsonObject{{u"name"_s, u"nightly"_s}, {u"endpoints"_s, QJsonArray()}}});
    json.insert(u"active_cluster"_s, names.isEmpty() ? QString() : u"work"_s);
    const Result<Config> config = parseConfig(QJsonDocument(json).toJson());
    return config ? std::make_shared<const Config>(*config) : nullptr;
}

/// What config.json would hold where `view` is what it comes to.
inline ConfigSnapshot configShown(const ProxyView &view)
{
    QJsonObject json = defaultConfigJson();
    QJsonArray clusters;
    for (const QString &name : view.clusters) {
        QJsonArray list;
        for (const EndpointView &each : view.endpoints) {
            if (name == view.cluster)
                list.append(QJsonObject{{u"name"_s, each.name}, {u"base_url"_s, each.baseUrl}, {u"priority"_s, each.priority}, {u"enabled"_s, each.health != EndpointHealth::Disabled}});
        }
        for (int i = 0; name != view.cluster && i < view.enabledIn.value(name); ++i)
            list.append(QJsonObject{{u"name"_s, u"%1-%2"_s.arg(name).arg(i + 1)}, {u"base_url"_s, u"https://%1-%2.example"_s.arg(name).arg(i + 1)}});
        clusters.append(QJsonObject{{u"name"_s, name}, {u"endpoints"_s, list}});
    }
    json.insert(u"clusters"_s, clusters);
    json.insert(u"active_cluster"_s, view.cluster);
    const Result<Config> config = parseConfig(QJsonDocument(json).toJson());
    return config ? std::make_shared<const Config>(*config) : nullptr;
}

/// Shows the endpoints of `config`, which gave them ids, as `view` and `timeline` have them under others.
inline void showTogether(MainWindow &window, const ConfigSnapshot &config, ProxyView view, TimelineView timeline)
{
    for (qsizetype i = 0; i < view.endpoints.size(); ++i) {
        const QString id = std::exchange(view.endpoints[i].id, config->clusters.constFirst().endpoints.at(i).id);
        if (timeline.endpoints.contains(id))
            timeline.endpoints.insert(view.endpoints.at(i).id, timeline.endpoints.take(id));
    }
    window.setConfig(config);
    window.setView(view);
    window.overview()->setTimeline(timeline);
}

inline bool isInScrolledPart(const QWidget *widget, const QWidget *window)
{
    for (const QWidget *each = widget; each && each != window; each = each->parentWidget()) {
        if (qobject_cast<const QAbstractScrollArea *>(each->parentWidget()))
            return true;
    }
    return false;
}

/// What is narrower than its words, or lies beyond the window, and does not tell the whole in a tip.
inline QStringList cutIn(const QWidget &window)
{
    QStringList cut;
    for (const QWidget *each : window.findChildren<QWidget *>()) {
        if (!each->isVisible() || each->width() <= 0)
            continue;
        const auto *label = qobject_cast<const QLabel *>(each);
        const auto *button = qobject_cast<const QPushButton *>(each);
        // Of a label with a buddy the "&" is no letter.
        const int needed = label ? label->fontMetrics().size(label->buddy() ? Qt::TextShowMnemonic : 0, label->text()).width() : 0;
        const bool mayBeCut = each->sizePolicy().horizontalPolicy() == QSizePolicy::Ignored || !each->toolTip().isEmpty();
        if (label && !label->wordWrap() && label->textFormat() == Qt::PlainText && !label->text().isEmpty() && !mayBeCut
            && label->contentsRect().width() + 1 < needed)
            cut << u"%1 (%2 of %3)"_s.arg(label->text()).arg(label->contentsRect().width()).arg(needed);
        if (button && button->width() + 1 < button->sizeHint().width())
            cut << u"[%1] (%2 of %3)"_s.arg(button->text()).arg(button->width()).arg(button->sizeHint().width());
        const QRect place(each->mapTo(&window, QPoint()), each->size());
        if ((label || button) && !isInScrolledPart(each, &window) && !window.rect().contains(place))
            cut << u"%1 lies beyond the window"_s.arg(label ? label->text() : button->text());
    }
    return cut;
}

} // namespace qcc::test
