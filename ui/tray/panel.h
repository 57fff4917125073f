#pragma once

#include "ui/model/proxyview.h"
#include "ui/model/recentseconds.h"

#include <QFrame>
#include <QTimer>

#include <array>

class QLabel;
class QPushButton;
class QToolButton;

namespace qcc {

class PanelGroup;
class PanelSeconds;
class Switch;

/// What the icon shows on a click: how it goes, and what is done most often. Closes like a menu. As high as its content.
class Panel : public QFrame
{
    Q_OBJECT

public:
    explicit Panel(QWidget *parent = nullptr);

    void setView(const ProxyView &view);
    /// The last minute, second by second.
    void setRecent(const QList<RecentSeconds::Second> &seconds);
    /// `icon`: where the icon is on the screen; empty where nobody knows: then at `pointer`. Opens beside it, within the screen.
    void openAt(const QRect &icon, const QPoint &pointer);

    static constexpr qsizetype mostEndpoints = 6;
    static constexpr qsizetype mostClusters = 6;

Q_SIGNALS:
    void startRequested();
    void stopRequested();
    void clusterChosen(const QString &name);
    void resetRequested(const QString &endpointId);
    void preferRequested(const QString &endpointId);
    void openRequested();
    void settingsRequested();
    /// The icon's menu, at a place of the screen. The panel stays below it until it goes, too: on Wayland a menu stands where it is wanted only beside a
    /// window that has been used, else in the middle of the screen.
    void menuRequested(const QPoint &place);

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    struct Figure {
        QLabel *number;
        QLabel *caption;
    };

    QWidget *buildHead();
    QWidget *buildFigures();
    QWidget *buildFoot();
    void present();
    QString placeText() const;
    void showFigures();
    void showClusters();
    void showEndpoints();
    void act(qsizetype endpoint, bool step);
    void fit();
    void applyLooks();

    ProxyView m_view;
    QList<EndpointView> m_endpoints; ///< Those that are shown.
    QLabel *m_ring;
    QLabel *m_title;
    QLabel *m_place;
    Switch *m_switch;
    PanelSeconds *m_seconds;
    std::array<Figure, 3> m_figures{};
    PanelGroup *m_clusters;
    PanelGroup *m_endpointRows;
    QList<QLabel *> m_captions;
    QList<QWidget *> m_lines; ///< What has a hairline above it.
    QToolButton *m_copy;
    QToolButton *m_settings;
    QToolButton *m_menu;
    QTimer m_clock; ///< While something counts down before the user's eyes.
};

} // namespace qcc
