#pragma once

#include "ui/model/proxyview.h"
#include "ui/model/words.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QMenu;
class QPushButton;
class QToolButton;

namespace qcc {

/// The state of the proxy as a shape and a word.
class StateLabel : public QWidget
{
    Q_OBJECT

public:
    explicit StateLabel(QWidget *parent = nullptr);

    void setState(ProxyState state);

protected:
    void changeEvent(QEvent *event) override;

private:
    void draw();

    ProxyState m_state = ProxyState::Stopped;
    QLabel *m_icon;
    QLabel *m_word;
};

/// What every page has above it: the cluster in use, the address, and the switch.
class HeaderBar : public QWidget
{
    Q_OBJECT

public:
    explicit HeaderBar(QWidget *parent = nullptr);

    void setView(const ProxyView &view);
    /// Opens the menu with the lines that point clients at the address.
    void showClientLines();

Q_SIGNALS:
    void startRequested();
    void stopRequested();
    void clusterChosen(const QString &name);
    void importRequested();
    void aboutRequested();
    void quitRequested();

protected:
    void changeEvent(QEvent *event) override;

private:
    QMenu *buildCopyMenu();
    void addLine(QMenu *menu, const QString &text, Shell shell);
    void showClusters();
    void drawIcons();

    ProxyView m_view;
    QComboBox *m_clusters;
    QLabel *m_address;
    QToolButton *m_copy;
    QPushButton *m_startStop;
    QToolButton *m_more;
};

} // namespace qcc
