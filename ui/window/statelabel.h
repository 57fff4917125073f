#pragma once

#include "ui/model/proxyview.h"

#include <QWidget>

class QLabel;

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

} // namespace qcc
