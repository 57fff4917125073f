#pragma once

#include "ui/model/environmentlines.h"
#include "ui/model/proxyview.h"

#include <QMenu>

class QActionGroup;

namespace qcc {

/// The menu of the tray icon. Its items are updated in place, so that an open menu does not jump.
class TrayMenu : public QMenu
{
    Q_OBJECT

public:
    explicit TrayMenu(QWidget *parent = nullptr);

    /// Shows `view`, also when it is the one shown already: the chosen cluster then springs back to the one in use.
    void setView(const ProxyView &view);
    /// Shows whether the session starts qcc; the item springs back to it after a choice that failed.
    void setStartsAtLogin(bool on);

Q_SIGNALS:
    void startRequested();
    void stopRequested();
    void clusterChosen(const QString &name);
    void startAtLoginChosen(bool on);
    void aboutRequested();
    void quitRequested();

private:
    void addCopyMenu();
    void addEnvironmentItem(const QString &text, Shell shell);
    void showClusters();

    ProxyView m_view;
    QAction *m_state;
    QAction *m_startStop;
    QActionGroup *m_clusters;
    QAction *m_noCluster;
    QAction *m_afterClusters;
    QMenu *m_copy;
    QAction *m_copyError;
    QAction *m_startAtLogin;
};

} // namespace qcc
