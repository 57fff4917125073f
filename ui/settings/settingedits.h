#pragma once

#include "core/config/config.h"

#include <QDoubleSpinBox>
#include <QWidget>

class QComboBox;
class QLineEdit;
class QPushButton;

namespace qcc {

/// What a number may be, and what it counts.
struct NumberRange {
    double low = 0;
    double high = 0;
    QString unit = {};       ///< Behind the number; empty: none.
    bool whole = true;       ///< Else to the thousandth.
    QString lowestWord = {}; ///< In place of the lowest number, where it means something else ("no limit").
};

/// A number without the zeros at its end. All are equally wide, so that they stand in a column.
class NumberBox : public QDoubleSpinBox
{
    Q_OBJECT

public:
    explicit NumberBox(const NumberRange &range, QWidget *parent = nullptr);

    QString textFromValue(double value) const override;
    /// `value` in words as it is shown, with its unit.
    QString wordsFor(double value) const;
};

/// Which model requests go to: the one that the client asks for, or always one.
class ModelEdit : public QWidget
{
    Q_OBJECT

public:
    explicit ModelEdit(QWidget *parent = nullptr);

    ModelMode mode() const;
    QString name() const;
    void setModel(ModelMode mode, const QString &name);

Q_SIGNALS:
    void edited();
    void finished();

private:
    void showMode();

    QComboBox *m_mode;
    QLineEdit *m_name;
};

/// A token that is hidden until somebody wants to see it, with a button that makes one.
class TokenEdit : public QWidget
{
    Q_OBJECT

public:
    explicit TokenEdit(QWidget *parent = nullptr);

    QString token() const;
    void setToken(const QString &token);

Q_SIGNALS:
    void edited();
    void finished();

private:
    QLineEdit *m_text;
    QPushButton *m_reveal;
};

/// 192 random bits of the system, as text that passes unchanged through headers, shells and URLs.
QString newToken();

} // namespace qcc
