#pragma once

#include "ui/model/proxyview.h"

#include <QWidget>

class QLabel;
class QToolButton;

namespace qcc {

class Switch;

/// What holds on every page: the state of the proxy with its switch, how busy it is, and the address for clients.
class FootCard : public QWidget
{
    Q_OBJECT

public:
    explicit FootCard(QWidget *parent = nullptr);

    void setView(const ProxyView &view);

Q_SIGNALS:
    void startRequested();
    void stopRequested();

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    QString rateText() const;
    void applyLooks();

    ProxyView m_view;
    QWidget *m_addressRow;
    QLabel *m_ring;
    QLabel *m_state;
    Switch *m_switch;
    QLabel *m_rate;
    QLabel *m_address;
    QToolButton *m_copy;
};

} // namespace qcc
