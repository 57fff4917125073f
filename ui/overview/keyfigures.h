#pragma once

#include "ui/model/proxyview.h"

#include <QWidget>

class QLabel;

namespace qcc {

/// The four numbers that say how it goes; the first one is big.
class KeyFigures : public QWidget
{
    Q_OBJECT

public:
    explicit KeyFigures(QWidget *parent = nullptr);

    void setView(const ProxyView &view);

protected:
    void changeEvent(QEvent *event) override;

private:
    struct Figure {
        QLabel *number = nullptr;
        QLabel *caption = nullptr;
    };
    void put(const Figure &figure, const QString &number, const QString &caption);
    void applyLooks();

    ProxyView m_view;
    Figure m_success;
    Figure m_inFlight;
    Figure m_firstByte;
    Figure m_reused;
};

} // namespace qcc
