#pragma once

#include "ui/model/proxyview.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QPushButton;

namespace qcc {

/// The facts and buttons of the tray menu in a small window, for desktops without a tray and for a click on the icon.
class StatusWindow : public QWidget
{
    Q_OBJECT

public:
    explicit StatusWindow(QWidget *parent = nullptr);

    void setView(const ProxyView &view);

Q_SIGNALS:
    void startRequested();
    void stopRequested();
    void clusterChosen(const QString &name);
    void aboutRequested();
    void quitRequested();
    void closed();

protected:
    void closeEvent(QCloseEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void drawState();
    void showClusters();

    ProxyView m_view;
    QLabel *m_icon;
    QLabel *m_state;
    QLabel *m_address;
    QComboBox *m_clusters;
    QLabel *m_success;
    QLabel *m_inFlight;
    QLabel *m_error;
    QPushButton *m_copyAddress;
    QPushButton *m_copyError;
    QPushButton *m_startStop;
};

} // namespace qcc
